package uplink

import (
	"bufio"
	"errors"
	"net"
	"time"

	"motcua/protocol/wire"
)

// maxPacket bounds what a broker may make us read at once, in bytes.
const maxPacket = wire.MaxPayload + 1024

var errPacket = errors.New("the broker sends a packet that is longer than any of this protocol")

// guarded stands between the library and the connection. The library reads packets
// bytewise and writes each by itself; here they are read in blocks, and what is
// written while an earlier write is under way goes out together. A packet that is
// too long is refused before anybody allocates memory for it.
//
// Every write has a time limit of its own: the library's spares its pings, which
// are what has to notice a peer that is gone. A write that fails ends the
// connection, for half a packet may be on its way.
type guarded struct {
	net.Conn
	in    *bufio.Reader
	out   *outlet
	left  int // bytes of the packet's body still to come
	shift int // bits of the length read so far; -1: at the packet's first byte
}

// guard takes a connection over; Close has to be called.
func guard(c net.Conn) *guarded {
	return &guarded{Conn: c, in: bufio.NewReaderSize(c, 16<<10), out: newOutlet(c), shift: -1}
}

// Read follows the framing of MQTT 3.1.1 section 2.2: a byte, a length of one to
// four bytes, as many bytes as that.
func (g *guarded) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if g.left > 0 && g.shift < 0 {
		n, err := g.in.Read(p[:min(len(p), g.left)])
		g.left -= n
		return n, err
	}
	b, err := g.in.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	if g.shift < 0 {
		g.shift, g.left = 0, 0
		return 1, nil
	}
	g.left |= int(b&0x7f) << g.shift
	g.shift += 7
	if g.left > maxPacket || b&0x80 != 0 && g.shift > 21 {
		return 0, errPacket
	}
	if b&0x80 == 0 {
		g.shift = -1
	}
	return 1, nil
}

// Write takes p, to be written soon. Its error may be that of an earlier one.
func (g *guarded) Write(p []byte) (int, error) { return g.out.write(p) }

// SetWriteDeadline does nothing: it would be that of somebody else's bytes.
func (g *guarded) SetWriteDeadline(time.Time) error { return nil }

// Close writes what is left, within a moment, and ends the connection.
func (g *guarded) Close() error {
	g.out.end()
	return g.Conn.Close()
}
