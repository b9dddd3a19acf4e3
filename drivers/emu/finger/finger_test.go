package finger_test

import (
	"testing"

	"motcua/drivers/emu/finger"
)

func touch(f finger.Finger, nth uint64) []finger.Minutia {
	return finger.Touch{Finger: f, Nth: nth}.Minutiae()
}

// TestOneFingerIsToldFromAnother compares touches of a hundred fingers with their
// own finger and with others: the emulated modules need a wide gap between both.
func TestOneFingerIsToldFromAnother(t *testing.T) {
	least, most := 100, 0
	for f := finger.Finger(1); f <= 100; f++ {
		own := touch(f, 1)
		for nth := uint64(2); nth < 5; nth++ {
			least = min(least, finger.Score(own, touch(f, nth)))
		}
		for other := f + 1; other < f+10; other++ {
			most = max(most, finger.Score(own, touch(other, 1)))
		}
	}
	t.Logf("least score of one finger %d, most of two %d", least, most)
	if least < finger.Alike+5 || most > finger.Alike-10 {
		t.Errorf("least score of one finger %d, most of two %d: too near to %d", least, most, finger.Alike)
	}
}

func TestTouchesOfOneFingerDiffer(t *testing.T) {
	one, two := finger.Touch{Finger: 7, Nth: 1}, finger.Touch{Finger: 7, Nth: 2}
	if a, b := finger.Encode(one.Minutiae(), 512), finger.Encode(two.Minutiae(), 512); string(a) == string(b) {
		t.Error("two touches have the same features")
	}
	if a, b := one.Picture(192, 192), one.Picture(192, 192); string(a) != string(b) {
		t.Error("one touch has two pictures")
	}
	if a, b := one.Picture(192, 192), two.Picture(192, 192); string(a) == string(b) {
		t.Error("two touches have the same picture")
	}
}

func TestMergeTakesOneFingerOnly(t *testing.T) {
	if _, ok := finger.Merge([][]finger.Minutia{touch(1, 1), touch(1, 2), touch(1, 3)}); !ok {
		t.Error("three touches of one finger do not merge")
	}
	if _, ok := finger.Merge([][]finger.Minutia{touch(1, 1), touch(1, 2), touch(2, 3)}); ok {
		t.Error("two fingers merge")
	}
}

func TestDamageIsSeen(t *testing.T) {
	whole := finger.Encode(touch(3, 1), 498)
	got, err := finger.Decode(whole)
	if err != nil || finger.Score(got, touch(3, 1)) != 100 {
		t.Fatalf("reading back: %v", err)
	}
	for i := range whole {
		damaged := []byte(string(whole))
		damaged[i] ^= 1
		if _, err := finger.Decode(damaged); err == nil {
			t.Fatalf("byte %d changed, and the template is still taken", i)
		}
	}
}
