package finger

import "motcua/drivers"

// maxPoor is how often one picture of an enrolment may be poor.
const maxPoor = 4

// enrolment asks for one picture after the other.
type enrolment struct {
	of       int
	progress func(drivers.EnrolStep)
	lifted   func() error // waits until the finger has left
}

// run asks until take has taken each picture. A poor one is asked for again, a few
// times.
func (e enrolment) run(take func(n int) error) error {
	for n := 1; n <= e.of; n++ {
		if err := e.picture(n, take); err != nil {
			return err
		}
		if n == e.of {
			break
		}
		if err := e.lift(n); err != nil {
			return err
		}
	}
	return nil
}

// picture asks for one picture, until it is good enough.
func (e enrolment) picture(n int, take func(n int) error) error {
	for poor := 1; ; poor++ {
		e.ask(drivers.LayFinger, n)
		err := take(n)
		if !again(err) || poor == maxPoor {
			return err
		}
		if err := e.lift(n); err != nil {
			return err
		}
	}
}

func (e enrolment) lift(n int) error {
	e.ask(drivers.LiftFinger, n)
	return e.lifted()
}

func (e enrolment) ask(what drivers.EnrolAsk, n int) {
	if e.progress != nil {
		e.progress(drivers.EnrolStep{Ask: what, Number: n, Of: e.of})
	}
}
