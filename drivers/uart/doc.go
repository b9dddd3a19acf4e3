// Package uart opens the serial ports of the machine as ports of
// [periph.io/x/conn/v3/uart], and is the one way in which every serial driver
// speaks: a [Line].
//
// A [Port] is a tty of Linux: a UART of the board, a USB adapter, a USB-CDC
// device, or a pty that an emulator holds. It is taken for one program alone,
// runs at any speed, and its reads end with a deadline. [Find] lists the ports,
// [Register] makes them known to periph's registry; nothing is registered unasked.
//
// A [Line] adds what a protocol needs: contexts, a time-out per read, frames, and
// errors of the drivers' vocabulary. It works over any port whose connection is a
// [Stream].
//
// periph's own host/v3/serial (v3.8.5) sets no speed and registers no port, which
// is why this package exists.
package uart
