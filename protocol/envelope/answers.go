package envelope

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"motcua/protocol/request"
)

// infoResult is HPKE's info for the personal part of results.
const infoResult = "motcua result v1"

// SignReceipt signs a receipt with a key whose certificate (first in chain, DER)
// was made from [ReceiptTemplate].
func SignReceipt(rand io.Reader, r request.Receipt, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	return signMessage(rand, TypeReceipt, r, signer, chain)
}

// VerifyReceipt reads a receipt if a certificate that may sign receipts did so.
// roots holds the fleet authority, or the receipt certificate itself.
func VerifyReceipt(b []byte, roots *x509.CertPool, now time.Time) (request.Receipt, error) {
	return NewCentre(roots, nil, nil).Receipt(b, now)
}

// SignResult seals answer, when there is one, to the reply key of the request and
// signs the result as [SignReceipt] does.
func SignResult(rand io.Reader, r request.Result, answer *request.Answer, replyKey []byte, signer crypto.Signer, chain [][]byte) ([]byte, error) {
	s, err := NewSigner(signer, chain)
	if err != nil {
		return nil, err
	}
	return s.Result(rand, r, answer, replyKey)
}

// Receipt does what [SignReceipt] does.
func (s *Signer) Receipt(rand io.Reader, r request.Receipt) ([]byte, error) {
	return s.message(rand, TypeReceipt, r)
}

// Result does what [SignResult] does.
func (s *Signer) Result(rand io.Reader, r request.Result, answer *request.Answer, replyKey []byte) ([]byte, error) {
	r.Sealed = nil
	if answer != nil {
		var err error
		if r.Sealed, err = sealAnswer(r, *answer, replyKey); err != nil {
			return nil, fmt.Errorf("signing a result: %w", err)
		}
	}
	return s.message(rand, TypeResult, r)
}

// sealAnswer is HPKE's encapsulated key followed by the ciphertext.
func sealAnswer(r request.Result, answer request.Answer, replyKey []byte) ([]byte, error) {
	to, err := ParseServiceKey(replyKey)
	if err != nil {
		return nil, err
	}
	if err := answer.Validate(); err != nil {
		return nil, err
	}
	plain, err := request.Encode(answer)
	if err != nil {
		return nil, err
	}
	bind, err := r.Bind()
	if err != nil {
		return nil, err
	}
	enc, ct, err := seal(to, infoResult, bind, plain)
	return append(enc, ct...), err
}

// VerifyResult reads a result if a certificate that may sign results did so. The
// answer in it is still sealed.
func VerifyResult(b []byte, roots *x509.CertPool, now time.Time) (request.Result, error) {
	return NewCentre(roots, nil, nil).Result(b, now)
}

// OpenResult opens the answer of a verified result with the key of the visit.
func OpenResult(r request.Result, key ReplyKey) (request.Answer, error) {
	if len(r.Sealed) < encSize+tagSize {
		return request.Answer{}, fmt.Errorf("opening a result: %w: there is no answer in it", ErrMalformed)
	}
	bind, err := r.Bind()
	if err != nil {
		return request.Answer{}, fmt.Errorf("opening a result: %w", err)
	}
	plain, err := open(key.private, infoResult, r.Sealed[:encSize], bind, r.Sealed[encSize:])
	if err != nil {
		return request.Answer{}, fmt.Errorf("opening a result: %w", err)
	}
	a, err := request.DecodeAnswer(plain)
	if err != nil {
		return request.Answer{}, fmt.Errorf("opening a result: %w: %w", ErrMalformed, err)
	}
	return a, nil
}
