package main

import (
	"crypto/subtle"
	"crypto/x509"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats-server/v2/server"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// doorkeeper lets devices in, each into its own branch of topics, and the gateway
// itself. The certificate has been verified against the fleet authority by TLS.
type doorkeeper struct {
	token string
	log   *slog.Logger
	// open is set when the gateway listens: what a device published before would be
	// acknowledged and lost, and waits for its resend.
	open atomic.Bool
	// revoked are certificates that count no more; set before the door opens.
	revoked *envelope.Revoked
	// peers is the authority of workers, on a node of a cluster; nil elsewhere.
	peers *x509.CertPool

	mu sync.Mutex // guards in
	// in are the devices that were let in, each with what its last certificate is
	// revoked by.
	in map[string][]request.CertificateName
}

func newDoorkeeper(token string, log *slog.Logger) *doorkeeper {
	return &doorkeeper{token: token, log: log, revoked: &envelope.Revoked{}, in: map[string][]request.CertificateName{}}
}

// Check implements server.Authentication.
func (d *doorkeeper) Check(c server.ClientAuthentication) bool {
	tlsState := c.GetTLSConnectionState()
	if tlsState == nil {
		return subtle.ConstantTimeCompare([]byte(c.GetOpts().Token), []byte(d.token)) == 1
	}
	if len(tlsState.PeerCertificates) == 0 || !d.open.Load() {
		return false
	}
	if known, admitted := d.peer(c, tlsState.PeerCertificates[0]); known {
		return admitted
	}
	return d.device(c, tlsState.PeerCertificates[0])
}

// device lets in a device, or one that comes only to read.
func (d *doorkeeper) device(c server.ClientAuthentication, certificate *x509.Certificate) bool {
	b, err := branchOf(certificate)
	if err != nil {
		d.log.Warn("refused", "reason", err.Error())
		return false
	}
	if claims(c, wire.ReadingID(b.Device)) {
		c.RegisterUser(&server.User{Username: wire.ReadingID(b.Device), Permissions: permissions(wire.Reading())})
		return true
	}
	if d.revoked.Has(certificate) {
		d.log.Warn("refused", "reason", "the certificate was revoked", "device", b.Device)
		return false
	}
	if !claims(c, b.Device) {
		d.log.Warn("refused", "reason", "MQTT client id is not the device of the certificate", "device", b.Device)
		return false
	}
	d.note(b.Device, certificate)
	c.RegisterUser(&server.User{Username: b.Device, Permissions: permissions(b.Access())})
	return true
}

func (d *doorkeeper) note(device string, c *x509.Certificate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.in[device] = envelope.NamesOf(c)
}

// turned are the devices that were let in and would not be now. Each is told once.
func (d *doorkeeper) turned() (devices []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for device, names := range d.in {
		if slices.ContainsFunc(names, d.revoked.HasName) {
			devices = append(devices, device)
			delete(d.in, device)
		}
	}
	return devices
}

// branchOf reads a device's branch from its certificate: ST, O, CN. Each must be
// there exactly once and be a name, so that it can mean nothing else in a topic.
func branchOf(cert *x509.Certificate) (wire.Branch, error) {
	one := func(what string, values []string) (string, error) {
		if len(values) != 1 {
			return "", fmt.Errorf("certificate with %d values for %s", len(values), what)
		}
		return values[0], nil
	}
	province, err := one("ST", cert.Subject.Province)
	if err != nil {
		return wire.Branch{}, err
	}
	facility, err := one("O", cert.Subject.Organization)
	if err != nil {
		return wire.Branch{}, err
	}
	b := wire.Branch{Province: province, Facility: facility, Device: cert.Subject.CommonName}
	if err := b.Validate(); err != nil {
		return wire.Branch{}, fmt.Errorf("certificate whose %w", err)
	}
	return b, nil
}

// claims reports whether the client's MQTT id is the device's. Without this rule
// one device could end another's session by using its id. The broker shows the id
// only in the client's text, quoted at its end; should that change, nobody is let
// in, and a test fails.
func claims(c server.ClientAuthentication, device string) bool {
	s, ok := c.(fmt.Stringer)
	return ok && strings.HasSuffix(s.String(), " - "+strconv.Quote(device))
}

// permissions turns the protocol's rules into the broker's, for which an empty list
// of what is allowed is no rule.
func permissions(a wire.Access) *server.Permissions {
	publish := &server.SubjectPermission{Allow: subjects(a.Publish)}
	if len(a.Publish) == 0 {
		publish.Deny = []string{">"}
	}
	return &server.Permissions{Publish: publish, Subscribe: &server.SubjectPermission{Allow: subjects(a.Subscribe)}}
}

func subjects(filters []string) []string {
	all := make([]string, len(filters))
	for i, f := range filters {
		all[i] = subject(f)
	}
	return all
}

// subject is the broker's inner name of an MQTT topic or filter. Names hold no
// character that would have to be escaped.
func subject(topic string) string {
	return strings.NewReplacer("/", ".", "+", "*").Replace(topic)
}

// topic is the MQTT topic of an inner name.
func topic(subject string) string { return strings.ReplaceAll(subject, ".", "/") }
