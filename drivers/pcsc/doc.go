// Package pcsc is the machine's card readers behind pcscd, as
// [motcua/drivers.CardReaders]. It is the only importer of ebfe/scard and of
// libpcsclite, and it knows nothing of what the cards are.
//
// libpcsclite freezes the whole process, or tells lies, when it is used in ways
// its interface allows. The rules that keep it honest, all kept inside this
// package:
//
//   - A context belongs to one goroutine. While a call is under way on a context,
//     a second call on it blocks every call of the process, on any context. Only
//     cancelling is allowed from outside. So each card has a goroutine and a
//     context of its own (card.go), and so has the listener (listen.go).
//   - One goroutine in the process waits for events. Two waits for the same reader
//     share a C string that the first one frees (gate in listen.go).
//   - No wait is endless: a cancel that comes just before the wait is lost. Waits
//     last a second and a cancel is repeated until it has been heard.
//   - A chip that never answers cannot be interrupted. Its goroutine is left behind
//     with its context, never released from outside, and ends when the card is
//     lifted; until then the reader is reported as mute (card.go).
//   - Success with fewer than two bytes means that the card was pulled.
//   - Reader states carry a counter of insertions and removals in their upper half,
//     which tells a quick swap from a card that stayed; a state's ATR is not
//     cleared when the card leaves (roster.go).
//   - A card that was pulled during a command is not reset before pcscd has noticed:
//     if one is placed meanwhile, pcscd would never see it, and on a reader that was
//     unplugged it would report a card that came back (card.go). Listeners are told
//     of the pulled card at once, and of what lies there when that is known.
//   - A command that is too long for a reader fails like one whose card was pulled.
//     It is told from that by a look at the card when pcscd would have noticed
//     (card.go); what a reader says it carries is asked for at the start (sized.go).
//   - pcscd makes a connection wait for another program's transaction, for ever. It
//     is given up after a while, and told as busy (held.go).
//   - After pcscd died every call on an old context fails for ever, also once pcscd
//     is back. Contexts are made anew, with growing pauses.
//
// Each of these has been met through the real pcscd, and has a test:
//
//	freeze of the process              TestNoCallFreezesTheProcess
//	freed name of a reader             TestManyListenersOneWait
//	lost cancel                        TestCancelIsNeverLost
//	mute chip                          TestMuteReaderIsToldAsSuch, TestReaderGivesUpAMuteCard, TestMuteFromTheStart
//	empty answer                       TestCardPulledAtEveryCommand; conformance: useless answer
//	panics of the library              TestOnlySafeCalls, TestLongestATR; conformance: useless commands
//	stale ATR, quick swap              TestSwapBetweenTwoLooks, TestRoster; conformance: card swapped
//	IsValid, GetAttrib                 TestOnlySafeCalls
//	pcscd hangs                        TestHangingServiceIsLostAndComesBack
//	pcscd killed                       conformance: service ...; drivers/emu/behindpcscd in each phase of a reading
//	contexts used up                   TestSessionsLeaveNothingBehind, TestOthersTakeAllContexts
//	another program holds the card     TestCardHeldByAnotherProgram, TestCardInATransactionOfAnotherProgram
//	another program resets the card    TestNoOtherProgramGetsAHeldCard: it cannot, the card is held exclusively
//	reader unplugged and back          TestReaderGoneAndBack
//	reader's limit                     TestReaderTellsWhatItCarries, TestReaderRefusesWhatIsTooLong
//	polkit, versions that differ       TestErrorsMeanSomething: there is neither in a rig
//
// Without cgo the package compiles to a stub that reports that there is no card
// reader service.
package pcsc
