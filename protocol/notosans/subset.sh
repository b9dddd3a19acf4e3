#!/bin/sh
# Cuts the embedded fonts out of Debian's Noto Sans. Needs the Debian packages
# fonts-noto-core and fonttools; run by "go generate ./protocol/notosans".
#
# Kept: Latin, Latin-1, Latin Extended-A and -B (Ede, Jarai and Bahnar letters
# such as ƀ), combining marks, Latin Extended Additional (Vietnamese), general
# punctuation, the signs the screens use, and the layout features they need.
set -eu
cd "$(dirname "$0")"
from=/usr/share/fonts/truetype/noto
for face in Regular Bold; do
	pyftsubset "$from/NotoSans-$face.ttf" \
		--unicodes=U+0020-007E,U+00A0-024F,U+0253,U+0254,U+0257,U+0259,U+02BC,U+0300-0304,U+0306-030C,U+031B,U+0323,U+0331,U+1E00-1EFF,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032,U+2033,U+2039,U+203A,U+20AB,U+2116,U+2190-2193,U+2212,U+2265,U+2264,U+00D7,U+25CC \
		--layout-features=kern,mark,mkmk,ccmp,locl,tnum,lnum \
		--no-hinting --desubroutinize --drop-tables+=DSIG \
		--name-IDs=0,1,2,3,4,5,6,13,14 \
		--output-file="NotoSans-$face.ttf"
done
