package audit

import (
	"crypto/x509"
	"fmt"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// VerifyOwn takes a checkpoint that the device of a certificate signed, at a time
// when that was valid. Who trusts the certificate is for the caller to know.
func VerifyOwn(b []byte, device *x509.Certificate) (request.Checkpoint, error) {
	pool := x509.NewCertPool()
	pool.AddCert(device)
	c, _, err := envelope.VerifyCheckpoint(b, pool, device.NotAfter)
	if err != nil {
		return request.Checkpoint{}, err
	}
	if at := time.UnixMilli(c.At); at.Before(device.NotBefore) || at.After(device.NotAfter) {
		return request.Checkpoint{}, fmt.Errorf("it was signed when the device's certificate was not valid")
	}
	return c, nil
}
