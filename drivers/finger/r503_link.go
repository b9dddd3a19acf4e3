package finger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

// ask sends a command and gives what follows the confirmation code of its answer,
// which must have want bytes. Another code than success is an [R503Code].
func (d *R503) ask(ctx context.Context, wait time.Duration, want int, command byte, args ...byte) ([]byte, error) {
	b, err := d.exchange(ctx, wait, want, command, args)
	if errors.Is(err, r503Locked) {
		d.unsure = true // it has restarted meanwhile, and wants the password again
		b, err = d.exchange(ctx, wait, want, command, args)
	}
	return b, err
}

func (d *R503) exchange(ctx context.Context, wait time.Duration, want int, command byte, args []byte) ([]byte, error) {
	if d.unsure {
		if err := d.settle(ctx); err != nil {
			return nil, err
		}
	}
	d.unsure = true
	if err := d.line.Drain(ctx, hush); err != nil {
		return nil, err
	}
	if err := d.send(ctx, r503Command, append([]byte{command}, args...)); err != nil {
		return nil, err
	}
	p, err := d.hear(ctx, wait)
	if err != nil {
		return nil, err
	}
	code := R503Code(p.Content[0])
	switch {
	case p.Kind != r503Ack:
		return nil, fmt.Errorf("a packet of kind %02X instead of an answer: %w", p.Kind, drivers.ErrProtocol)
	case code != r503OK:
		d.unsure = false
		return nil, code
	case len(p.Content) != 1+want:
		return nil, fmt.Errorf("an answer of %d bytes, want %d: %w", len(p.Content), 1+want, drivers.ErrProtocol)
	}
	d.unsure = false
	return p.Content[1:], nil
}

// send sends one packet.
func (d *R503) send(ctx context.Context, kind byte, content []byte) error {
	return d.write(ctx, r503Packet{Address: d.o.Address, Kind: kind, Content: content}.append(d.out[:0]))
}

// hear takes the next packet, which must be this module's.
func (d *R503) hear(ctx context.Context, wait time.Duration) (r503Packet, error) {
	frame, err := d.line.Frame(ctx, wait, r503Gap, splitR503)
	if err != nil {
		return r503Packet{}, err
	}
	p := parseR503(frame)
	if p.Address != d.o.Address {
		return p, fmt.Errorf("a packet from address %08X: %w", p.Address, drivers.ErrProtocol)
	}
	return p, nil
}

// settle brings the line to where the next answer is that of the next command. It
// lets the line fall silent, verifies the password, which a module that restarted
// wants, and asks for a random number, which nothing else here asks for: whatever
// comes before that answer is thrown away.
func (d *R503) settle(ctx context.Context) error {
	if err := d.silence(ctx); err != nil {
		return err
	}
	if err := d.send(ctx, r503Command, r503Word(r503VfyPwd, d.o.Password)); err != nil {
		return err
	}
	refused := error(nil)
	take := func(wait time.Duration) (number bool, err error) {
		p, err := d.hear(ctx, wait)
		if err != nil || p.Kind != r503Ack {
			clear(p.Content) // of a picture that was given up
			return false, err
		}
		code := R503Code(p.Content[0])
		if code == r503Password || code == r503Locked {
			refused = code
		}
		return code == r503OK && len(p.Content) == 1+r503NumberLen, nil
	}
	if _, err := take(r503Short); err != nil && !errors.Is(err, drivers.ErrProtocol) {
		return err
	}
	d.numbers++
	if err := d.send(ctx, r503Command, []byte{r503GetRandom}); err != nil {
		return err
	}
	err := d.numbers.settle(r503Short, take)
	if errors.Is(err, drivers.ErrNoAnswer) && refused != nil {
		return refused
	}
	d.unsure = err != nil
	return err
}

// upload takes the data that the module sends behind an answer: size bytes.
func (d *R503) upload(ctx context.Context, size int) (data []byte, err error) {
	d.unsure = true
	data = make([]byte, 0, size)
	defer func() {
		if err != nil {
			clear(data[:cap(data)])
		}
	}()
	for {
		p, err := d.hear(ctx, r503Short)
		if err != nil {
			return nil, err
		}
		fits := (p.Kind == r503Data || p.Kind == r503End) && len(data)+len(p.Content) <= size
		if fits {
			data = append(data, p.Content...)
		}
		clear(p.Content)
		switch {
		case !fits:
			return nil, fmt.Errorf("a packet of kind %02X behind %d of %d bytes: %w", p.Kind, len(data), size, drivers.ErrProtocol)
		case p.Kind == r503End && len(data) < size:
			return nil, fmt.Errorf("%d of %d bytes: %w", len(data), size, drivers.ErrProtocol)
		case p.Kind == r503End:
			d.unsure = false
			return data, nil
		}
	}
}

// download sends a template to a buffer. The module does not answer the data.
func (d *R503) download(ctx context.Context, buffer byte, data []byte) error {
	d.template = true
	if _, err := d.ask(ctx, r503Short, 0, r503DownChar, buffer); err != nil {
		return err
	}
	for len(data) > d.packet {
		if err := d.send(ctx, r503Data, data[:d.packet]); err != nil {
			return err
		}
		data = data[d.packet:]
	}
	return d.send(ctx, r503End, data)
}

// splitReady finds the byte that a module sends when it has started.
func splitReady(b []byte, _ bool) (advance int, token []byte, err error) {
	if at := bytes.IndexByte(b, 0x55); at >= 0 {
		return at + 1, b[at : at+1], nil
	}
	return len(b), nil, nil
}
