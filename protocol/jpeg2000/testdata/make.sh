#!/bin/sh
# Writes the pictures of this folder anew with OpenJPEG (opj_compress 2.5.0 and
# opj_decompress), which is the judge: face.png and grey.png are drawn, NAME.jp2
# or NAME.j2k is the picture compressed, NAME.png what OpenJPEG makes of it again.
# Lossless pictures have no PNG of their own: they must give back what was drawn.
set -eu
cd "$(dirname "$0")"
lossless() { opj_compress -i "$1" -o "$2" $3 >/dev/null; }
lossy() { opj_compress -i "$1" -o "$2" $3 >/dev/null; opj_decompress -i "$2" -o "${2%.*}.png" >/dev/null; }
for p in face grey; do
	lossless $p.png $p-lossless.jp2 ""
	lossy $p.png $p-irreversible.jp2 "-I -r 12"
	lossy $p.png $p-reversible-layers.j2k "-r 30,20,10"
	lossless $p.png $p-tiles.j2k "-t 16,23 -n 3"
done
lossy face.png face-irreversible-layers-tiles.j2k "-I -r 20,8 -t 20,32 -n 4"
lossless face.png face-one-resolution.j2k "-n 1"
lossy face.png face-RLCP.j2k "-p RLCP -r 20,10,5"
lossy face.png face-RPCL-precincts.j2k "-p RPCL -n 4 -r 20,10,5 -c [16,16],[8,8]"
lossless face.png face-PCRL-precincts.j2k "-p PCRL -n 4 -c [16,16],[8,8]"
lossless face.png face-CPRL-precincts.j2k "-p CPRL -c [16,16],[8,8] -d 5,3 -T 2,1 -t 32,32 -n 4"
lossy face.png face-progression-changes.j2k "-n 3 -r 20,4 -POC T1=0,0,1,3,3,RLCP/T1=0,0,2,3,3,CPRL"
lossless face.png face-markers-parts.j2k "-SOP -EPH -TP R -PLT -TLM"
lossless grey.png grey-bypass.j2k "-M 1"
lossless grey.png grey-reset.j2k "-M 2"
lossless grey.png grey-every-pass.j2k "-M 4"
lossless grey.png grey-bypass-every-pass.j2k "-M 5"
lossless grey.png grey-causal.j2k "-M 8"
lossless grey.png grey-predictable.j2k "-M 16"
lossless grey.png grey-symbols.j2k "-M 32"
lossless face.png face-all-styles.j2k "-M 63 -b 8,16"
lossless grey.png grey-region.j2k "-ROI c=0,U=4"
lossy face.png face-no-transform.j2k "-mct 0 -I -r 8"
# depth-*.j2k and yuv420.jp2 were made from raw samples of the same drawing, with
# -F 45,61,1,12,u and -F 45,61,3,8,u@1x1:2x2:2x2 -mct 0.
