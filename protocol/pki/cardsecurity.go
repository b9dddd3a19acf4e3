package pki

import (
	"fmt"
	"time"

	"motcua/protocol/der"
)

// oidSecurityObject is id-SecurityObject, bsi-de 3.2.1.
const oidSecurityObject = "\x04\x00\x7f\x00\x07\x03\x02\x01"

// VerifyCardSecurity checks EF.CardSecurity (Doc 9303 part 10 and 11; TR-03110
// part 3, A.1) and returns its content, the SET of SecurityInfos in DER. An
// error means that there is no content to use: the file is malformed, or the
// signature is not that of the certificate that came along. Without one, the
// content proves something only where chain is [Chain.Trusted].
func VerifyCardSecurity(b []byte, anchors Anchors, now time.Time) (content []byte, chain Chain, err error) {
	s, err := ParseSignedData(b)
	if err != nil {
		return nil, Chain{}, fmt.Errorf("EF.CardSecurity: %w", err)
	}
	if string(s.ContentType) != oidSecurityObject {
		return nil, Chain{}, der.Malformed("EF.CardSecurity holds something else", nil)
	}
	chain, err = s.Verify(anchors, SigningDocuments, now)
	if err != nil {
		return nil, chain, fmt.Errorf("EF.CardSecurity: %w", err)
	}
	return s.Content, chain, nil
}
