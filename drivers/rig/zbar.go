package rig

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"image"
	"os/exec"
	"strings"
)

// zbar prints, for each picture, the codes that it finds, in hexadecimal.
const zbar = `
import sys
from pyzbar import pyzbar
for arg in sys.argv[1:]:
    w, h = map(int, arg.split("x"))
    codes = pyzbar.decode((sys.stdin.buffer.read(w * h), w, h), symbols=[pyzbar.ZBarSymbol.QRCODE])
    print(" ".join(c.data.hex() for c in codes))
`

// Codes are the QR codes that a reader of others, ZBar (Debian: python3-pyzbar), finds in
// each of the pictures.
func Codes(ctx context.Context, pictures ...*image.Gray) ([][]string, error) {
	args, pixels := []string{"-c", zbar}, []byte{}
	for _, p := range pictures {
		size := p.Rect.Size()
		args = append(args, fmt.Sprintf("%dx%d", size.X, size.Y))
		for y := range size.Y {
			pixels = append(pixels, p.Pix[y*p.Stride:][:size.X]...)
		}
	}
	cmd := exec.CommandContext(ctx, "/usr/bin/python3", args...)
	cmd.Stdin = bytes.NewReader(pixels)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("reading codes with ZBar: %w; it said:\n%s", err, out)
	}
	var found [][]string
	for line := range strings.Lines(string(out)) {
		codes := []string{}
		for word := range strings.FieldsSeq(line) {
			data, err := hex.DecodeString(word)
			if err != nil {
				return nil, fmt.Errorf("reading codes with ZBar: it said %q", line)
			}
			codes = append(codes, string(data))
		}
		found = append(found, codes)
	}
	if len(found) != len(pictures) {
		return nil, fmt.Errorf("reading codes with ZBar: %d answers for %d pictures", len(found), len(pictures))
	}
	return found, nil
}
