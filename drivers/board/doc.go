// Package board is the kiosk's own electronics on GPIO lines, as
// [motcua/drivers.Board]: lamps, buzzer, tamper switch, staff button and presence
// sensor. It is the only place that starts periph's host drivers.
//
// Lines are those of the kernel's character devices (GPIO uAPI v2) through
// periph's gpioioctl. That package, and the wires themselves, hold traps; the
// rules that keep them shut are all in here:
//
//   - periph's wait for an edge takes 0 for "for ever" and anything below for "not
//     at all", the reverse of its own interface; and a Halt that comes before the
//     wait is lost. Every wait is a slice of at most a second and a half, above
//     zero, and the context is looked at in between (input.go). Halt is not used.
//   - Reading a single line that is an output makes it an input; reading a single
//     line that fails gives Low, which is what a closed tamper switch gives. Outputs
//     are never read: the last level is kept here (output.go). Inputs are taken as a
//     set of one line, whose reading returns its error; therefore an input needs a
//     name ([Lines.Input]).
//   - A line becomes an output as Low, whatever is asked for first. So Low is off
//     for everything that is driven, and is the first level of all (output.go).
//   - Contacts bounce, and periph does not let the kernel debounce. A level counts
//     once it has been steady (contact.go); a tamper switch that does not come to
//     rest is open.
//   - An edge that was missed would be missed for good: levels are read again every
//     5 seconds.
//   - An output that could not be requested counts as one all the same, and drives
//     the program's standard input from then on. It is closed after every failure
//     (output.go).
//   - After Close a set would take the program's standard input for its line. A
//     closed line is not touched again (input.go).
//   - Failures are texts without a number, and some go to the standard library's
//     global log. The texts are matched once (host.go), and the log is taken over.
//   - Names of lines get their chip's name in front when another of periph's drivers
//     was quicker; both forms are found (find.go).
//   - Chips are looked for once per process. One that was pulled is gone until the
//     program is started again, and told as [motcua/drivers.ErrDeviceGone].
//
// What the traps do is shown by the tests of drivers/emu/gpiochip, whose lines have
// them; that nothing comes of them, by the stories of every board (drivers/drivertest,
// TestBoardOnEmulatedLines) and:
//
//	waits, lost Halt                   conformance: watch given up, closed
//	output read                        TestOutputsAtRest
//	unreadable is Low                  conformance: tamper switch cannot be read
//	first level, level at the end      TestOutputsAtRest
//	bouncing                           conformance: case opened and closed; TestSwingingTamperSwitch
//	missed edge                        TestMissedEdge
//	output that was refused            TestOccupiedLine
//	closed set                         conformance: closed (the emulated set panics)
//	texts without a number, log        TestCause, TestSystem
//	names                              TestFind
//	chip pulled                        conformance: unplugged
package board
