package finger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

// ask sends a command and gives the parameter of its answer. A refusal is a
// [GT521Code].
func (d *GT521) ask(ctx context.Context, wait time.Duration, command uint16, parameter uint32) (uint32, error) {
	if d.unsure {
		if err := d.resume(ctx); err != nil {
			return 0, err
		}
	}
	d.unsure = true
	if err := d.line.Drain(ctx, hush); err != nil {
		return 0, err
	}
	if err := d.write(ctx, gt521Packet{parameter, command}.append(d.out[:0])); err != nil {
		return 0, err
	}
	return d.answer(ctx, wait)
}

func (d *GT521) answer(ctx context.Context, wait time.Duration) (uint32, error) {
	d.unsure = true
	frame, err := d.line.Frame(ctx, wait, gt521Gap, splitGT521)
	if err != nil {
		return 0, err
	}
	p := parseGT521(frame)
	switch p.Code {
	case gt521Ack:
		d.unsure = false
		return p.Parameter, nil
	case gt521Nack:
		d.unsure = false
		return 0, GT521Code(p.Parameter)
	}
	return 0, fmt.Errorf("answer %04X: %w", p.Code, drivers.ErrProtocol)
}

// data takes size bytes of data, which come behind an answer.
func (d *GT521) data(ctx context.Context, size int) ([]byte, error) {
	d.unsure = true
	head, err := d.line.Frame(ctx, gt521Short, gt521Gap, splitGT521Data)
	if err != nil {
		return nil, err
	}
	packet, err := d.receive(ctx, head, size+gt521Around, checkGT521)
	if err != nil {
		return nil, err
	}
	d.unsure = false
	return packet[4 : 4+size : 4+size], nil
}

// settle brings the line to where the next answer is that of the next command. It
// lets the line fall silent and opens the module: no other command is answered by
// device information.
func (d *GT521) settle(ctx context.Context) error {
	d.unsure = true
	if err := d.silence(ctx); err != nil {
		return err
	}
	if err := d.write(ctx, gt521Packet{1, gt521Open}.append(d.out[:0])); err != nil {
		return err
	}
	d.infos++
	refused, answered := error(nil), false
	err := d.infos.settle(gt521Short, func(wait time.Duration) (info bool, err error) {
		frame, err := d.line.Frame(ctx, wait, gt521Gap, splitGT521Info)
		if err != nil {
			return false, err
		}
		if isGT521Data(frame) {
			d.info = parseGT521Info(frame)
			return answered, nil // else the answer before it is still to come
		}
		p := parseGT521(frame)
		answered = p.Code == gt521Ack
		if p.Code == gt521Nack {
			refused = GT521Code(p.Parameter) // or a late one of another command
		}
		return false, nil
	})
	if errors.Is(err, drivers.ErrNoAnswer) && refused != nil {
		return refused
	}
	d.unsure = err != nil
	return err
}
