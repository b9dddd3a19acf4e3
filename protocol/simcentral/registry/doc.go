// Package registry simulates the immunisation registry over HTTP: plans, sessions,
// doses, batches, certificates and what was revoked (protocol/immunisation has the
// messages). It is a service of its own beside the gateway, and keeps what it is told in
// memory.
//
// It keeps order among its own records and knows no devices, cards or officers: one
// session for a plan, one dose for a person, antigen and number, no dose after a session
// was closed, none beyond the plan. Everything else is the gateway's.
//
// A scenario file says which plans there are and what goes wrong. What it answers bears
// a demonstration mark in a header, and it serves on loopback only (gatewayd sim
// registry). [Registry.Forge] writes into it by hand, as somebody does who has stolen
// its password.
package registry
