package emu

import (
	"net"

	"golang.org/x/sys/unix"
)

// quickACK acknowledges at once what was read. vpcd sends length and payload of a
// message in two packets and waits for the acknowledgement of the first; without
// this every command costs 40 ms. The kernel forgets the setting, so it is
// repeated.
func quickACK(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // only speed depends on it
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1)
	})
}
