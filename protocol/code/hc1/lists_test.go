package hc1_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
)

const (
	signersType     = "application/vnd.motcua.hc1-signers+cbor"
	revocationsType = "application/vnd.motcua.hc1-revocations+cbor"
)

// list signs any payload as a list of this type.
func list(t testing.TB, contentType string, payload any) []byte {
	t.Helper()
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := mode.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	out, err := signedlist.Format{ContentType: contentType}.Sign(b, listKey)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// payload is that of a list, with what stands in field 5.
func payload(content any) map[int]any {
	return map[int]any{1: 1, 2: 5, 3: began.Unix(), 4: began.AddDate(0, 0, 7).Unix(), 5: content}
}

func TestSignersThatAreNotListed(t *testing.T) {
	good := vietnam(t)
	modulus := new(big.Int).SetBit(big.NewInt(1), 1023, 1)
	short, err := x509.CreateCertificate(rand.Reader, template("VN"), template("VN"), &rsa.PublicKey{N: modulus, E: 65537}, ecKey(t, elliptic.P256()))
	if err != nil {
		t.Fatal(err)
	}
	other := newIssuer(t, ecKey(t, elliptic.P256()), template("LA"))
	for name, certificates := range map[string][][]byte{
		"no country":         {newIssuer(t, ecKey(t, elliptic.P256()), template("")).der},
		"a country in full":  {newIssuer(t, ecKey(t, elliptic.P256()), template("Viet Nam")).der},
		"another curve":      {newIssuer(t, ecKey(t, elliptic.P384()), template("VN")).der},
		"a short key of RSA": {short},
		"another key":        {newIssuer(t, listKey, template("VN")).der},
		"no certificate":     {[]byte("x")},
	} {
		if _, err := hc1.SignSigners(head(), certificates, listKey); !errors.Is(err, hc1.ErrSigner) {
			t.Errorf("%s: %v", name, err)
		}
	}
	both := [][]byte{good.der, other.der}
	slices.SortFunc(both, bytes.Compare)
	if _, err := hc1.SignSigners(head(), both, listKey); err != nil {
		t.Errorf("what the others differ from: %v", err)
	}
	slices.Reverse(both)
	for name, certificates := range map[string][][]byte{"nobody": nil, "out of order": both, "twice": {good.der, good.der}} {
		if _, err := hc1.SignSigners(head(), certificates, listKey); !errors.Is(err, signedlist.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A device that is older than the list uses what it knows.
func TestSignersOfTomorrow(t *testing.T) {
	vn := vietnam(t)
	certificates := [][]byte{vn.der, newIssuer(t, ecKey(t, elliptic.P521()), template("LA")).der, {0xFF}}
	slices.SortFunc(certificates, bytes.Compare)
	signers, skipped, err := hc1.OpenSigners(list(t, signersType, payload(certificates)), listPublic())
	if err != nil || len(skipped) != 2 || !errors.Is(skipped[0], hc1.ErrSigner) {
		t.Fatal(err, skipped)
	}
	all := hc1.Lists{Signers: signers, Revocations: lists(t, nil, vn).Revocations}
	if v := hc1.Verify(decode(t, vn.sign(t, token()).text(t)), all, day, an(), began); v.Status() != hc1.Valid {
		t.Errorf("%s", found(v))
	}
}

func TestListsThatAreRefused(t *testing.T) {
	der := vietnam(t).der
	group := func(country any, by int, hashes string) map[int]any {
		b, err := hex.DecodeString(hashes)
		if err != nil {
			t.Fatal(err)
		}
		return map[int]any{1: country, 2: by, 3: b}
	}
	const one, two = "00000000000000000000000000000001", "00000000000000000000000000000002"
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"no certificates":        {list(t, signersType, payload([]any{})), signedlist.ErrMalformed},
		"an empty certificate":   {list(t, signersType, payload([]any{[]byte{}})), signedlist.ErrMalformed},
		"a large certificate":    {list(t, signersType, payload([]any{make([]byte, 16<<10+1)})), signedlist.ErrMalformed},
		"a certificate twice":    {list(t, signersType, payload([]any{der, der})), signedlist.ErrMalformed},
		"a version of tomorrow":  {list(t, signersType, map[int]any{1: 2}), signedlist.ErrVersion},
		"the other kind of list": {list(t, revocationsType, payload([]any{der})), signedlist.ErrMalformed},
		"a list of authorities":  {list(t, "application/vnd.motcua.trust+cbor", payload([]any{der})), signedlist.ErrMalformed},
	} {
		if got, _, err := hc1.OpenSigners(c.b, listPublic()); !errors.Is(err, c.want) || got != nil {
			t.Errorf("signers, %s: %v", name, err)
		}
	}
	for name, groups := range map[string][]any{
		"no country":             {group("", 1, one)},
		"three letters":          {group("VNM", 1, one)},
		"named in no way":        {group("VN", 0, one)},
		"named in a new way":     {group("VN", 4, one)},
		"no hashes":              {group("VN", 1, "")},
		"half a hash":            {group("VN", 1, one+"00")},
		"hashes out of order":    {group("VN", 1, two+one)},
		"a hash twice":           {group("VN", 1, one+one)},
		"groups out of order":    {group("VN", 2, one), group("VN", 1, one)},
		"countries out of order": {group("VN", 1, one), group("LA", 2, one)},
		"a group twice":          {group("VN", 1, one), group("VN", 1, two)},
		"a field of tomorrow":    {map[int]any{1: "VN", 2: 1, 3: make([]byte, 16), 4: 1}},
	} {
		if got, err := hc1.OpenRevocations(list(t, revocationsType, payload(groups)), listPublic()); !errors.Is(err, signedlist.ErrMalformed) || got != nil {
			t.Errorf("revoked, %s: %v", name, err)
		}
	}
	good := list(t, revocationsType, payload([]any{group("LA", 3, one), group("VN", 1, one+two), group("VN", 2, one)}))
	if _, err := hc1.OpenRevocations(good, listPublic()); err != nil {
		t.Errorf("what the others differ from: %v", err)
	}
}

// Whatever the order in which they come, the same certificates make the same list.
func TestRevocationsAreInOrder(t *testing.T) {
	a, b := hc1.Hash{1}, hc1.Hash{2}
	one, err := hc1.SignRevocations(head(), []hc1.Batch{{"VN", hc1.ByID, []hc1.Hash{a, b}}, {"LA", hc1.ByID, []hc1.Hash{a}}}, listKey)
	if err != nil {
		t.Fatal(err)
	}
	two, err := hc1.SignRevocations(head(), []hc1.Batch{{"LA", hc1.ByID, []hc1.Hash{a}}, {"VN", hc1.ByID, []hc1.Hash{b}}, {"VN", hc1.ByID, []hc1.Hash{b, a}}}, listKey)
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("different lists, %v", err)
	}
	for _, bad := range []hc1.Batch{{"", hc1.ByID, []hc1.Hash{a}}, {"VN", 9, []hc1.Hash{a}}, {"VN", hc1.ByID, nil}} {
		if _, err := hc1.SignRevocations(head(), []hc1.Batch{bad}, listKey); !errors.Is(err, signedlist.ErrContent) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func FuzzLists(f *testing.F) {
	f.Add(true, marshal(f, payload([][]byte{vietnam(f).der})))
	f.Add(false, marshal(f, payload([]any{map[int]any{1: "VN", 2: 1, 3: make([]byte, 16)}})))
	f.Fuzz(func(t *testing.T, signers bool, content []byte) {
		contentType := revocationsType
		if signers {
			contentType = signersType
		}
		b, err := signedlist.Format{ContentType: contentType}.Sign(content, listKey)
		if err != nil {
			return // an empty list cannot be signed
		}
		if signers {
			_, _, err = hc1.OpenSigners(b, listPublic())
		} else {
			_, err = hc1.OpenRevocations(b, listPublic())
		}
		if err != nil && !errors.Is(err, signedlist.ErrMalformed) && !errors.Is(err, signedlist.ErrVersion) {
			t.Fatalf("error of another kind: %v", err)
		}
	})
}
