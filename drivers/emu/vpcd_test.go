package emu_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"motcua/drivers/emu"
)

// reader is vpcd's end: it waits for a card and talks to it.
type reader struct {
	t        *testing.T
	listener *net.TCPListener
}

func newReader(t *testing.T) *reader {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &reader{t, l.(*net.TCPListener)}
}

func (r *reader) card() net.Conn {
	r.t.Helper()
	_ = r.listener.SetDeadline(time.Now().Add(5 * time.Second))
	conn, err := r.listener.Accept()
	if err != nil {
		r.t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	r.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// send writes length and payload apart, as vpcd does.
func (r *reader) send(conn net.Conn, payload ...byte) {
	r.t.Helper()
	for _, part := range [][]byte{binary.BigEndian.AppendUint16(nil, uint16(len(payload))), payload} {
		if _, err := conn.Write(part); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *reader) receive(conn net.Conn) []byte {
	r.t.Helper()
	var head [2]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		r.t.Fatal(err)
	}
	b := make([]byte, binary.BigEndian.Uint16(head[:]))
	if _, err := io.ReadFull(conn, b); err != nil {
		r.t.Fatal(err)
	}
	return b
}

func serve(t *testing.T, v emu.VPCD) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- v.Serve(ctx) }()
	return func() error {
		cancel()
		return <-done
	}
}

func TestVPCDConversation(t *testing.T) {
	r := newReader(t)
	stop := serve(t, emu.VPCD{Addr: r.listener.Addr().String(), Card: issue(t, "an", emu.CardOptions{})})
	conn := r.card()
	r.send(conn, 4)
	if atr := r.receive(conn); len(atr) != 13 || atr[0] != 0x3B {
		t.Errorf("ATR % X", atr)
	}
	for _, control := range []byte{0, 1, 2, 3, 9} { // none is answered
		r.send(conn, control)
	}
	r.send(conn, 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0, 0, 2, 0x47, 0x10, 1)
	if got := r.receive(conn); !bytes.Equal(got, []byte{0x90, 0}) {
		t.Errorf("SELECT answered % X", got)
	}
	r.send(conn, 0xFF, 0xCA, 0, 0, 0)
	if uid := r.receive(conn); len(uid) != 6 || uid[0] != 0x08 {
		t.Errorf("serial number % X", uid)
	}

	// pcscd dies and comes back: so does the card, with nothing selected.
	_ = conn.Close()
	conn = r.card()
	r.send(conn, 0x00, 0xB0, 0x9C, 0, 1) // EF.CardAccess is there only while no application is selected
	if got := r.receive(conn); !bytes.Equal(got, []byte{0x31, 0x90, 0}) {
		t.Errorf("READ answered % X", got)
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Errorf("Serve returned %v, want the context's error", err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the card still lies there: %v", err)
	}
}

func TestVPCDWaitsForItsReader(t *testing.T) {
	r := newReader(t)
	addr := r.listener.Addr().String()
	_ = r.listener.Close()
	stop := serve(t, emu.VPCD{Addr: addr, Card: issue(t, "an", emu.CardOptions{})})
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("somebody else took the port: %v", err)
	}
	r.listener = l.(*net.TCPListener)
	t.Cleanup(func() { _ = l.Close() })
	r.send(r.card(), 4)
	_ = stop()
}

func TestVPCDRefusesAnotherProtocol(t *testing.T) {
	r := newReader(t)
	done := make(chan error, 1)
	chip := issue(t, "an", emu.CardOptions{})
	go func() { done <- emu.ServeVPCD(t.Context(), r.listener.Addr().String(), chip) }()
	r.send(r.card()) // a message of no bytes
	if err := <-done; !errors.Is(err, emu.ErrVPCD) {
		t.Errorf("got %v, want a refusal", err)
	}
}

func TestVPCDIsNotHeldUpByDelayedAcknowledgements(t *testing.T) {
	r := newReader(t)
	defer serve(t, emu.VPCD{Addr: r.listener.Addr().String(), Card: issue(t, "an", emu.CardOptions{})})()
	conn := r.card()
	if err := conn.(*net.TCPConn).SetNoDelay(false); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	const n = 50
	for range n {
		r.send(conn, 0xFF, 0xCA, 0, 0, 0)
		r.receive(conn)
	}
	if took := time.Since(began); took > n*20*time.Millisecond {
		t.Errorf("%d exchanges took %v: each waits for an acknowledgement", n, took)
	}
}

func FuzzVPCD(f *testing.F) {
	f.Add([]byte{0, 1, 4, 0, 1, 1})
	f.Add([]byte{0, 5, 0, 0xB0, 0x9C, 0, 0})
	f.Add([]byte{0, 0})
	f.Add([]byte{0xFF, 0xFF, 1})
	card := issue(f, "an", emu.CardOptions{})
	f.Fuzz(func(t *testing.T, stream []byte) {
		here, there := net.Pipe()
		go func() {
			_, _ = there.Write(stream)
			_ = there.Close()
		}()
		go func() { _, _ = io.Copy(io.Discard, there) }()
		if err := emu.ExchangeVPCD(t.Context(), card, here); err == nil {
			t.Error("the conversation ended without a reason")
		}
	})
}
