// Package simcentral stands for the national systems and the hospital behind the
// gateway: the health-insurance gateway (BHYT) with invented records, and a
// hospital's check-in desk with its queues.
//
// They answer as the real ones do, with the insurer's own result codes, as far as
// kiosks can tell. They implement gateway.Service and keep what they remember in
// the gateway's transaction. No real person is in them, and no real system is
// called.
package simcentral
