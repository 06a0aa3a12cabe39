#!/bin/sh
# As in the official image: what is no command, or looks like an option, is for node
case "$1" in
    -*) exec node "$@" ;;
esac
if command -v "$1" > /dev/null && { [ ! -f "$1" ] || [ -x "$1" ]; }; then
    exec "$@"
fi
exec node "$@"
