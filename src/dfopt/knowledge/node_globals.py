"""Packages of Node that are installed for a whole image: the programs that they bring.

Source: ``bin`` in the package.json of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PROGRAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "npm": ("npm", "npx"),
    "yarn": ("yarn", "yarnpkg"),
    "pnpm": ("pnpm", "pnpx"),
    "corepack": ("corepack",),
    "serve": ("serve",),
    "http-server": ("http-server",),
    "pm2": ("pm2", "pm2-dev", "pm2-docker", "pm2-runtime"),
    "forever": ("forever",),
    "nodemon": ("nodemon",),
    "typescript": ("tsc", "tsserver"),
    "ts-node": ("ts-node",),
    "node-gyp": ("node-gyp",),
    "node-pre-gyp": ("node-pre-gyp",),
    "@angular/cli": ("ng",),
    "@nestjs/cli": ("nest",),
    "@vue/cli": ("vue",),
    "vite": ("vite",),
    "webpack": ("webpack",),
    "webpack-cli": ("webpack-cli", "webpack"),
    "gulp": ("gulp",),
    "gulp-cli": ("gulp",),
    "grunt": ("grunt",),
    "grunt-cli": ("grunt",),
    "bower": ("bower",),
    "lerna": ("lerna",),
    "turbo": ("turbo",),
    "nx": ("nx",),
    "rimraf": ("rimraf",),
    "cross-env": ("cross-env",),
    "concurrently": ("concurrently",),
    "@11ty/eleventy": ("eleventy",),
    "vitepress": ("vitepress",),
    "hexo-cli": ("hexo",),
    "gatsby-cli": ("gatsby",),
}
"""None of these is compiled while it is installed."""
