// Package demo plays one citizen's check-in with the shipped programs: pcscd
// with an emulated card, the reference gateway, kioskd, and the kiosk's window.
// Hospital, hub and registry behind the gateway are simulated, so that everything in
// the kiosk's menu can be tried.
//
// With a display a person plays the citizen from the terminal; without one the
// package does it by itself under Xvfb, tapping what the window shows. It owns
// the stage (which programs, in which order), the citizen and the story that is
// printed; it knows the programs by their command lines and log lines only.
package demo
