package printer

// Commands, by their names in the ESC/POS Command Reference.
const (
	nul = 0x00
	eot = 0x04
	enq = 0x05
	lf  = '\n'
	dle = 0x10
	dc4 = 0x14
	esc = 0x1B
	gs  = 0x1D
)

// Commands without parameters of ours.
const (
	// initialize: ESC @. Settings as after power-on; clears the line that is being
	// composed, not the receive buffer.
	initialize = "\x1B@"
	// tell: GS r 1. The printer answers with its paper sensors, after all that was
	// sent before it has been processed.
	tell = "\x1Dr\x01"
	// feedAndCut: GS V 66 0. Feeds the last dots past the cutter and cuts all but a
	// bridge.
	feedAndCut = "\x1DVB\x00"
	// feedOut: ESC d 5. Five lines of 1/6 inch, to the bar where tickets are torn
	// off.
	feedOut = "\x1Bd\x05"
	// clearBuffers: DLE DC4, fn 8, with the parameters that make it certain. In real
	// time; answered by 37 25 00.
	clearBuffers = "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
	// recoverCleared: DLE ENQ 2. In real time; leaves a recoverable error, such as
	// that of a cutter, after clearing the buffers.
	recoverCleared = "\x10\x05\x02"
)

// Subjects of GS I n that are answered with a text.
const (
	idFirmware = 65
	idMaker    = 66
	idModel    = 67
	idSerial   = 68
)
