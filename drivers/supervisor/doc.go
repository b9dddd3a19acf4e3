// Package supervisor keeps one device of a class attached: it finds the device,
// opens it, asks it now and then how it is, lets callers use it one after the
// other, and opens it anew when it was lost.
//
//	absent ──▶ probing ──▶ ready ◀──▶ degraded
//	             ▲           │           │
//	             └─── gone ◀─┴───────────┘
//
// One goroutine, [Supervisor.Run], decides; another owns the device and makes every
// call to it. A call that does not come back after its context ended is left
// behind: the device is told as [drivers.ErrDeviceMute] and left alone until the
// call returns, so that no more than one call of a device ever hangs.
//
// Where a device may be is looked at every 2 seconds, in folders that the kernel
// and udev keep ([Ports]); nothing is subscribed to. Tries to open it are 0.25 to
// 30 seconds apart; when only a person can help ([drivers.ErrInUse],
// [drivers.ErrRefused]), up to 5 minutes. A device that is plugged in again is tried
// at once.
package supervisor
