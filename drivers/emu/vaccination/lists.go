package vaccination

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
)

// Lists are the two signed lists as they travel.
type Lists struct{ Signers, Revocations []byte }

// SignLists lists the issuers that are believed and the codes that count no more.
func SignLists(head signedlist.Head, key crypto.Signer, believed []*Issuer, revoked ...string) (Lists, error) {
	var certificates [][]byte
	for _, i := range believed {
		certificates = append(certificates, i.Certificate)
	}
	slices.SortFunc(certificates, bytes.Compare)
	signers, err := hc1.SignSigners(head, certificates, key)
	if err != nil {
		return Lists{}, err
	}
	var batches []hc1.Batch
	for _, text := range revoked {
		c, err := hc1.Decode(text)
		if err != nil {
			return Lists{}, fmt.Errorf("revoking a certificate: %w", err)
		}
		batches = append(batches, hc1.Batch{Country: country, By: hc1.ByID, Hashes: c.Hashes(hc1.ByID, country)})
	}
	revocations, err := hc1.SignRevocations(head, batches, key)
	return Lists{signers, revocations}, err
}
