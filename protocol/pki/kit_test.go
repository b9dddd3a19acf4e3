package pki_test

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"testing"

	"motcua/protocol/pki"
	"motcua/protocol/pki/pkitest"
)

// now is when the tests read.
var now = pkitest.Now()

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var testRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 1280) // soon made, and large enough for PSS with SHA-512
	if err != nil {
		panic(err)
	}
	return key
})

func anchorsOf(t testing.TB, certs ...pkitest.Certificate) pki.Anchors {
	t.Helper()
	var list [][]byte
	for _, c := range certs {
		list = append(list, c.DER(t))
	}
	return must[pki.Anchors](t)(pki.NewAnchors(list...))
}
