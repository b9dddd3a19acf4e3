package emu

// state is the state that issued the persona's document.
func (p *Persona) state() State { return StateVietnam }
