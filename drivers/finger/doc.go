// Package finger drives fingerprint modules on a serial line, one type per maker's
// protocol: [R503] (and the older ZFM and R30x), [GT521] and [Waveshare]. Each is a
// [motcua/drivers.FingerReader].
//
// What holds for all of them:
//
//   - A template is kept by the host. The module compares one finger with one
//     template and is emptied again; it never searches. It is emptied when it is
//     opened, after every call that had a finger in it, also one that failed or was
//     cancelled, and when it is closed. What a protocol cannot clear is said at its
//     type.
//   - None of them proves that a finger lives, and none signs what it captured:
//     what they say is worth [motcua/drivers.TrustL0], and anybody on the line can
//     say it in their place.
//   - None of the protocols numbers its answers. After a time-out, a cancelled call
//     or a broken frame the line is drained until it is quiet, and then a command is
//     sent whose answer has a form of its own; everything before that answer is
//     thrown away. So a late answer never answers the next command.
//
// The frame codecs are pure functions of bytes (files named _packet).
package finger
