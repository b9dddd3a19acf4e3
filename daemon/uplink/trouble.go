package uplink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/protocol/fault"
)

// trouble is a reason for which there is no connection, as a technician needs it.
type trouble struct {
	code fault.Code
	text string // one line: what is wrong and what to do
}

// troubleOf sorts an error that ended or prevented a connection.
func troubleOf(err error, broker string) trouble {
	for _, sort := range []func(error, string) (trouble, bool){ofAnswer, ofCertificate, ofTLS, ofNetwork} {
		if t, found := sort(err, broker); found {
			return t
		}
	}
	return trouble{fault.Offline, fmt.Sprintf("no connection to %s (%s): check the network and the broker", broker, line(err))}
}

// ofAnswer sorts what the broker says in MQTT.
func ofAnswer(err error, broker string) (trouble, bool) {
	switch {
	case errors.Is(err, packets.ErrorRefusedNotAuthorised), errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword):
		return trouble{fault.LinkRefused, broker + " does not authorise this device: check that the device is registered at the centre and not revoked"}, true
	case errors.Is(err, packets.ErrorRefusedIDRejected):
		return trouble{fault.LinkRefused, broker + " rejects the client id: check that device.id is the CN of the device certificate"}, true
	case errors.Is(err, packets.ErrorRefusedBadProtocolVersion):
		return trouble{fault.LinkRefused, broker + " does not speak MQTT 3.1.1: enable it at the broker"}, true
	case errors.Is(err, packets.ErrorRefusedServerUnavailable):
		return trouble{fault.CentreSilent, broker + " is there but not ready: wait, or look at the broker"}, true
	case errors.Is(err, errSubscription):
		return trouble{fault.LinkRefused, fmt.Sprintf("%s refuses to deliver receipts (%s): check the device's access rules at the broker", broker, line(err))}, true
	case errors.Is(err, errMute):
		return trouble{fault.CentreSilent, broker + " is connected but acknowledges nothing: look at the broker"}, true
	case errors.Is(err, errPacket):
		return trouble{fault.CentreSilent, broker + " sends packets that are too long: check that centre.broker is the centre's broker"}, true
	}
	return trouble{}, false
}

// ofCertificate sorts what is wrong with the broker's certificate.
func ofCertificate(err error, broker string) (trouble, bool) {
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return trouble{fault.LinkRefused, fmt.Sprintf("the certificate of %s is for %s: name the broker in centre.broker as its certificate does", broker, names(name.Certificate))}, true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return trouble{fault.LinkRefused, fmt.Sprintf("the certificate of %s is not from the authority in centre.ca: check both; somebody may be in between", broker)}, true
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return trouble{fault.LinkRefused, fmt.Sprintf("the certificate of %s is outside its time: check the kiosk's clock, then the broker's certificate", broker)}, true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return trouble{fault.LinkRefused, fmt.Sprintf("the certificate of %s is not accepted (%s): check the broker's certificate", broker, line(err))}, true
	}
	return trouble{}, false
}

// names are those that a certificate is for.
func names(c *x509.Certificate) string {
	all := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "no host"
	}
	return strings.Join(all, ", ")
}

// ofTLS sorts what the broker says in TLS.
func ofTLS(err error, broker string) (trouble, bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if ok && op.Op == "remote error" && strings.Contains(op.Err.Error(), "protocol version") { // alert 70 has no exported name
		return trouble{fault.LinkRefused, broker + " does not speak TLS 1.3: enable it at the broker"}, true
	}
	if ok && op.Op == "remote error" {
		return trouble{fault.LinkRefused, fmt.Sprintf("%s refuses the device certificate (%s): check that it is from the fleet's authority, in its time and not revoked", broker, line(op.Err))}, true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return trouble{fault.LinkRefused, broker + " does not speak TLS: check the port in centre.broker"}, true
	}
	return trouble{}, false
}

// ofNetwork sorts what prevents reaching the broker.
func ofNetwork(err error, broker string) (trouble, bool) {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return trouble{fault.Offline, fmt.Sprintf("the host name of %s is not known: check centre.broker and the kiosk's DNS", broker)}, true
		}
		return trouble{fault.Offline, fmt.Sprintf("the host name of %s cannot be looked up: check the kiosk's network and DNS", broker)}, true
	}
	switch {
	case errors.Is(err, errBearer):
		return trouble{fault.Offline, fmt.Sprintf("the way %s cannot be used (%s): check centre.bearers and that the interface is there", broker, line(err))}, true
	case errors.Is(err, syscall.ECONNREFUSED):
		return trouble{fault.Offline, fmt.Sprintf("nothing answers at %s: check that the broker runs and the port in centre.broker", broker)}, true
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return trouble{fault.Offline, fmt.Sprintf("there is no way to %s: check cable, Wi-Fi and gateway", broker)}, true
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return trouble{fault.Offline, fmt.Sprintf("%s does not answer in time: check network and firewall", broker)}, true
	case errors.Is(err, errConnect) && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)):
		return trouble{fault.CentreSilent, broker + " closes the connection before it answers: look at the broker's log, often the device certificate is refused"}, true
	case errors.Is(err, errLost), errors.Is(err, errPublish):
		return trouble{fault.Offline, fmt.Sprintf("the connection to %s was lost (%s): it is made again by itself", broker, line(err))}, true
	}
	return trouble{}, false
}

// line is an error's text on one line.
func line(err error) string { return strings.ReplaceAll(err.Error(), "\n", " ") }
