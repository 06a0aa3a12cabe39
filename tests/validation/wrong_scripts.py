"""The text of one RUN, changed: words, quotes, options, here-documents. See attempts.rows."""

from __future__ import annotations

from tests.validation.attempts import rows

SCRIPTS = r"""
11 a-command-dropped: a && b && c → a && c
11 commands-swapped: a && b && c → b && a && c
11 another-command: a && b → a && d ⇒ a && ( b )
11 a-path-for-a-command: a && b → a && /bin/b
13 a-word-dropped: a b c → a b
13 a-word-added: a b → a b c
13 words-swapped: a b c → a c b ⇒ a b \⏎ c
13 a-repeated-option-dropped: sed -e A -e B f → sed -e A f
13 a-definition-dropped: cmake -DX=1 -DY=2 . → cmake -DX=1 .
35 an-option-for-its-long-name: wget -q u → wget --quiet u
35 an-option-of-gnu: cp -r a b → cp -r --reflink=auto a b
4 no-install-recommends: apt-get install -y a → apt-get install -y --no-install-recommends a
5 a-pinned-version: apt-get install -y a → apt-get install -y a=1.0
13 a-sorted-list-across-a-variable: apt-get install -y b $P a → apt-get install -y a $P b
14 sudo-dropped: sudo -u postgres psql → psql
14 https: curl http://localhost/x → curl https://localhost/x
35 curl-for-wget: wget -O f u → curl -o f u
29 quotes-added: a $OPTS → a "$OPTS"
29 quotes-removed: a "$x" → a $x
29 quotes-around-a-pattern: a *.txt → a '*.txt'
29 single-for-double-quotes: a "$x" → a '$x'
29 quotes-around-plain-text: a 'b' → a "b"
29 a-backslash-lost: a b\ c → a b c
29 an-escape-lost: a \$x → a $x
29 braces-of-a-parameter: a ${x}y → a $xy
29 a-default-lost: a ${x:-1} → a $x
29 a-colon-lost: a ${x:-1} → a ${x-1}
29 an-expansion-made-now: x=$(a); b $x → x=$(a); b 1
29 a-tilde: a ~/b → a /root/b
30 blanks-in-quotes: a 'b  c' → a 'b c'
30 a-blank-at-the-end-of-a-string: a 'b ' → a 'b'
30 blanks-in-a-format: printf '%s  \n' a → printf '%s \n' a
30 a-tab-in-quotes: a 'b␉c' → a 'b c'
30 a-pipe-for-a-file: a | b → a > f && b < f
30 pipeline-order: a | b | c → a | c | b
30 another-target: a > f → a > g
30 appending: a >> f → a > f
30 another-descriptor: a 2> f → a > f
30 redirections-swapped: a > f 2>&1 → a 2>&1 > f
30 a-redirection-of-another-command: a && b > f → a > f && b
9 a-prefix-lost: A=1 a → a
9 prefixes-swapped: A=1 A=2 a → A=2 A=1 a
9 a-subshell-lost: ( cd /x && a ) && b → cd /x && a && b
9 braces-for-a-subshell: ( cd /x && a ) && b → { cd /x && a; } && b
9 a-cd-moved-out: ( cd /x && a ) && ( cd /x && b ) → cd /x && a && b
10 and-for-or: a || b → a && b
10 a-true-lost: a || true → a
10 a-true-added: a → a || true
8 another-branch: if a; then b; else c; fi → if a; then c; else b; fi
8 a-condition-turned: if a; then b; fi → if ! a; then b; fi
8 until-for-while: while a; do b; done → until a; do b; done
8 a-pattern-changed: case $x in a) b ;; *) c ;; esac → case $x in a*) b ;; *) c ;; esac
8 branches-of-a-case-swapped: case $x in a) b ;; *) c ;; esac → case $x in *) c ;; a) b ;; esac
8 the-words-of-a-loop: for i in a b; do c $i; done → for i in b a; do c $i; done
8 a-function-changed: f() { a; }; f → f() { b; }; f
8 a-substitution-changed: a $(b) → a $(c)
8 the-text-of-sh-c: sh -c "a && b" → sh -c "a; b"
30 here-document-line-lost: cat <<E > f⏎x⏎y⏎E → cat <<E > f⏎y⏎E
30 here-document-line-changed: cat <<E > f⏎x  y⏎E → cat <<E > f⏎x y⏎E
30 here-document-in-quotes: cat <<E > f⏎$x⏎E → cat <<'E' > f⏎$x⏎E
30 here-document-out-of-quotes: cat <<'E' > f⏎$x⏎E → cat <<E > f⏎$x⏎E
30 here-document-strips-tabs: cat <<E > f⏎␉x⏎E → cat <<-E > f⏎␉x⏎E
30 here-document-delimiter-in-the-body: cat <<E > f⏎x⏎F⏎y⏎E → cat <<F > f⏎x⏎F⏎y
30 here-documents-swapped: a <<E 3<<F⏎x⏎E⏎y⏎F → a <<E 3<<F⏎y⏎E⏎x⏎F
30 a-script-for-a-here-document: <<E⏎a⏎b⏎E → a && b ⇒ <<E⏎a; b⏎E
30 a-line-of-a-script-lost: <<E⏎a⏎b⏎E → <<E⏎a⏎E
11 a-download-removed: curl -O u/f.tgz && tar xf f.tgz → curl -O u/f.tgz && tar xf f.tgz && rm f.tgz
11 the-application-removed: mkdir -p /app && a → mkdir -p /app && a && rm -rf /app
8 a-loop-unrolled: for i in a b; do c $i; done → c a && c b
9 background-lost: a & b → a; b
9 the-line-number-moves: <<E⏎a⏎echo $LINENO⏎E → <<E⏎⏎a⏎echo $LINENO⏎E
"""

TABLE = rows(SCRIPTS, "FROM debian:12\nRUN ")
