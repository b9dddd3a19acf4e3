package finger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

// ask sends a command and gives its answer. A code other than success is a
// [WaveshareCode].
func (d *Waveshare) ask(ctx context.Context, wait time.Duration, p wsPacket) (wsPacket, error) {
	if err := d.begin(ctx); err != nil {
		return wsPacket{}, err
	}
	d.deaf = wait == wsFinger
	if err := d.write(ctx, p.append(d.out[:0])); err != nil {
		return wsPacket{}, err
	}
	return d.answer(ctx, wait, p.Command)
}

// give sends a command with data.
func (d *Waveshare) give(ctx context.Context, wait time.Duration, command byte, data []byte) (wsPacket, error) {
	if err := d.begin(ctx); err != nil {
		return wsPacket{}, err
	}
	d.deaf = wait == wsFinger
	head := wsPacket{Command: command, P1: byte(len(data) >> 8), P2: byte(len(data))}
	if err := d.write(ctx, appendWSData(head.append(d.out[:0]), data)); err != nil {
		return wsPacket{}, err
	}
	return d.answer(ctx, wait, command)
}

// begin makes sure that what comes next answers what is sent next.
func (d *Waveshare) begin(ctx context.Context) error {
	if d.unsure {
		if err := d.settle(ctx); err != nil {
			return err
		}
	}
	d.unsure = true
	return d.line.Drain(ctx, hush)
}

func (d *Waveshare) answer(ctx context.Context, wait time.Duration, command byte) (wsPacket, error) {
	frame, err := d.line.Frame(ctx, wait, wsGap, splitWS)
	if err != nil {
		return wsPacket{}, err
	}
	p := parseWS(frame)
	if p.Command != command && (command != wsGiven || p.Command != wsGivenAck) {
		return p, fmt.Errorf("an answer to command %02X, want %02X: %w", p.Command, command, drivers.ErrProtocol)
	}
	d.unsure, d.deaf = false, false
	if code := WaveshareCode(p.P3); code != wsOK {
		return p, code
	}
	return p, nil
}

// data takes what comes behind an answer, which must have size bytes.
func (d *Waveshare) data(ctx context.Context, head wsPacket, size int) ([]byte, error) {
	d.unsure = true
	if head.length() != size {
		return nil, fmt.Errorf("%d bytes announced, want %d: %w", head.length(), size, drivers.ErrProtocol)
	}
	edge, err := d.line.Frame(ctx, wsShort, wsGap, splitWSEdge)
	if err != nil {
		return nil, err
	}
	packet, err := d.receive(ctx, edge, size+wsAround, checkWSData)
	if err != nil {
		return nil, err
	}
	d.unsure = false
	return packet[1 : 1+size : 1+size], nil
}

// settle brings the line to where the next answer is that of the next command. It
// lets the module end its wait for a finger, while which it hears nothing, and the
// line fall silent, and asks for the serial number, whose answer names it. A module
// that has restarted must be told again how long to wait.
func (d *Waveshare) settle(ctx context.Context) error {
	if err := d.askSerial(ctx); err != nil {
		return err
	}
	_, err := d.ask(ctx, wsShort, wsPacket{Command: wsTimeout, P2: wsLooks})
	return err
}

func (d *Waveshare) askSerial(ctx context.Context) error {
	d.unsure = true
	if d.deaf {
		_, err := d.line.Frame(ctx, wsFinger, wsGap, splitWS)
		if err != nil && !errors.Is(err, drivers.ErrNoAnswer) && !errors.Is(err, drivers.ErrProtocol) {
			return err
		}
		d.deaf = false
	}
	if err := d.silence(ctx); err != nil {
		return err
	}
	if err := d.write(ctx, wsPacket{Command: wsSerial}.append(d.out[:0])); err != nil {
		return err
	}
	d.serials++
	err := d.serials.settle(wsShort, func(wait time.Duration) (bool, error) {
		frame, err := d.line.Frame(ctx, wait, wsGap, splitWS)
		if err != nil {
			return false, err
		}
		p := parseWS(frame)
		if p.Command == wsSerial {
			d.serial = uint32(p.P1)<<16 | uint32(p.P2)<<8 | uint32(p.P3)
		}
		return p.Command == wsSerial, nil
	})
	d.unsure = err != nil
	return err
}

// refusal is the code of an answer, if an error is one.
func refusal(err error) (WaveshareCode, bool) { return errors.AsType[WaveshareCode](err) }
