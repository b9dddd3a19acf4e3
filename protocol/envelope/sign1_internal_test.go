package envelope

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"slices"
	"testing"

	"github.com/veraison/go-cose"

	"motcua/protocol/detcbor"
)

// peerReads is the same message as go-cose reads it: our three header parameters
// and no others, and bytes that it would write itself.
func peerReads(b []byte, contentType string) (m cose.Sign1Message, chain [][]byte, ok bool) {
	if m.UnmarshalCBOR(b) != nil || len(m.Headers.Unprotected) > 0 || len(m.Headers.Protected) != 3 {
		return m, nil, false
	}
	p := m.Headers.Protected
	alg, err := p.Algorithm()
	if kind, isText := p[cose.HeaderLabelContentType].(string); err != nil || alg != cose.AlgorithmES256 || !isText || kind != contentType {
		return m, nil, false
	}
	list, several := p[cose.HeaderLabelX5Chain].([]any)
	if !several {
		list = []any{p[cose.HeaderLabelX5Chain]}
	}
	for _, item := range list {
		der, isBytes := item.([]byte)
		if !isBytes || len(der) > MaxCertificate {
			return m, nil, false
		}
		chain = append(chain, der)
	}
	plain := m
	plain.Headers.RawProtected, plain.Headers.RawUnprotected = nil, nil
	again, err := plain.MarshalCBOR()
	fits := several == (len(chain) > 1) && len(chain) <= MaxChain && len(m.Signature) == signatureSize && m.Payload != nil
	return m, chain, fits && err == nil && bytes.Equal(again, b)
}

// compare reads b both ways.
func compare(t *testing.T, b []byte, contentType string) bool {
	t.Helper()
	theirs, chain, want := peerReads(b, contentType)
	ours, ok := readSign1(b)
	x, err := readHeader(ours.header, contentType)
	if got := ok && err == nil; got != want {
		t.Fatalf("%x: taken %v (%v), by go-cose %v", b, got, err, want)
	}
	if !want {
		return false
	}
	if !slices.EqualFunc(x.certs, chain, bytes.Equal) || !bytes.Equal(x.raw, newChain(chain).raw) {
		t.Errorf("%x: another chain", b)
	}
	if !bytes.Equal(ours.payload, theirs.Payload) || !bytes.Equal(ours.signature, theirs.Signature) {
		t.Errorf("%x: another payload or signature", b)
	}
	return true
}

// messages are some of every length of head: contents and whether they are taken.
func messages() map[string][]byte {
	message := func(payload int, certs ...int) []byte {
		chain := make([][]byte, len(certs))
		for i, n := range certs {
			chain[i] = bytes.Repeat([]byte{byte(i)}, n)
		}
		header := append(detcbor.AppendHead([]byte(beginHeader), detcbor.MajorText, len(TypeHello)), TypeHello...)
		header = append(append(header, beginChain...), newChain(chain).raw...)
		b := append(detcbor.AppendBytes([]byte(beginMessage), header), unprotected...)
		return detcbor.AppendBytes(detcbor.AppendBytes(b, make([]byte, payload)), make([]byte, signatureSize))
	}
	return map[string][]byte{
		"small": message(1, 1), "23": message(23, 23), "24": message(24, 24), "255": message(255, 255), "256": message(256, 256),
		"65535": message(65535, 3), "65536": message(65536, 3), "two": message(5, 3, 4), "four": message(5, 1, 2, 3, 4), "five": message(5, 1, 1, 1, 1, 1),
		"certificate too long": message(5, MaxCertificate+1), "empty": message(0, 0),
	}
}

// TestReadsAsGoCOSE: what is read byte for byte is what a reader of all of COSE
// reads, in its canonical form.
func TestReadsAsGoCOSE(t *testing.T) {
	for story, b := range messages() {
		refused := story == "five" || story == "certificate too long"
		if compare(t, b, TypeHello) == refused {
			t.Errorf("%s: refused is %v", story, !refused)
		}
		if compare(t, b, TypeReceipt) {
			t.Errorf("%s: taken as something else", story)
		}
		for i := range min(len(b), 400) {
			for _, flip := range []byte{0x01, 0x10, 0x20, 0x80} {
				c := bytes.Clone(b)
				c[i] ^= flip
				compare(t, c, TypeHello)
			}
		}
	}
}

func FuzzReadsAsGoCOSE(f *testing.F) {
	for _, b := range messages() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { compare(t, b, TypeHello) })
}

// TestHalfOrder: the constant is half the order of the group.
func TestHalfOrder(t *testing.T) {
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	if !bytes.Equal([]byte(halfOrder), half.Bytes()) {
		t.Errorf("%x, not %x", halfOrder, half.Bytes())
	}
	signature := make([]byte, signatureSize)
	copy(signature[scalarSize:], halfOrder)
	if !isLowS(signature) {
		t.Error("half is not low")
	}
	signature[signatureSize-1]++
	if isLowS(signature) || isLowS(signature[1:]) {
		t.Error("more than half, or too short, is low")
	}
}
