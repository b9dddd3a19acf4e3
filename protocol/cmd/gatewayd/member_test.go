package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/wire"
)

// member is a kiosk of a large fleet: the least that MQTT 3.1.1 allows, so that
// the machine is left to gatewayd.
type member struct {
	*gatewaytest.Device
	conn     *tls.Conn
	receipts *atomic.Int64 // of the whole fleet

	mu sync.Mutex // held while a packet is written
	id uint16     // of the last publish
}

// join connects over mutual TLS and subscribes as a kiosk does.
func join(t testing.TB, w *world, port string, d *gatewaytest.Device, receipts *atomic.Int64) (*member, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(w.fleet.CA.Cert)
	conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{d.TLS()}})
	if err != nil {
		return nil, err
	}
	m := &member{Device: d, conn: conn, receipts: receipts}
	r := bufio.NewReaderSize(conn, 512)
	hello := append(field("MQTT"), 4, 2)
	hello = binary.BigEndian.AppendUint16(hello, uint16(wire.KeepAlive.Seconds()))
	if err := m.write(0x10, append(hello, field(d.Branch.Device)...)); err != nil {
		return nil, err
	}
	if kind, body, err := packet(r); err != nil || kind != 0x20 || len(body) != 2 || body[1] != 0 {
		return nil, fmt.Errorf("CONNACK: %#x %x %w", kind, body, err)
	}
	filters := []byte{0, 1}
	for _, kind := range []string{wire.DownReceipt, wire.DownResult, wire.DownCommand} {
		filters = append(append(filters, field(d.Branch.Down(kind))...), 0)
	}
	if err := m.write(0x82, filters); err != nil {
		return nil, err
	}
	if kind, body, err := packet(r); err != nil || kind != 0x90 || len(body) != 5 || body[2]|body[3]|body[4] != 0 {
		return nil, fmt.Errorf("SUBACK: %#x %x %w", kind, body, err)
	}
	go m.listen(r)
	return m, nil
}

// listen counts receipts until the connection ends.
func (m *member) listen(r *bufio.Reader) {
	topic := m.Branch.Down(wire.DownReceipt)
	for {
		kind, body, err := packet(r)
		if err != nil {
			return
		}
		if kind&0xf0 == 0x30 && len(body) > 2+len(topic) && string(body[2:2+len(topic)]) == topic {
			m.receipts.Add(1)
		}
	}
}

// send publishes a request with QoS 1.
func (m *member) send(message []byte) error {
	m.id++
	body := binary.BigEndian.AppendUint16(field(m.Branch.Up(wire.UpRequest)), m.id)
	return m.write(0x32, append(body, message...))
}

func (m *member) ping() error { return m.write(0xc0, nil) }

func (m *member) write(kind byte, body []byte) error {
	head := []byte{kind}
	for n := len(body); ; n >>= 7 {
		if n < 128 {
			head = append(head, byte(n))
			break
		}
		head = append(head, byte(n)|0x80)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = m.conn.SetWriteDeadline(time.Now().Add(patience))
	_, err := m.conn.Write(append(head, body...))
	return err
}

// field is a string with its length before it.
func field(s string) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...) }

var errPacket = errors.New("not a packet")

// packet reads one packet.
func packet(r *bufio.Reader) (kind byte, body []byte, err error) {
	if kind, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	n := 0
	for shift := 0; ; shift += 7 {
		b, err := r.ReadByte()
		if err != nil || shift > 14 {
			return 0, nil, errors.Join(errPacket, err)
		}
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return kind, body, err
}
