package main

import "testing"

func TestReadingKeepsAnEntryAlive(t *testing.T) {
	cache := newLRUCache(6)
	cache.Put("beach", []byte("aaa"))
	cache.Put("forest", []byte("bbb"))
	cache.Get("beach")
	cache.Put("harbour", []byte("ccc"))
	if _, ok := cache.Get("beach"); !ok {
		t.Error("beach was read last and must stay")
	}
	if _, ok := cache.Get("forest"); ok {
		t.Error("forest was the least recently used and must go")
	}
}

func TestAValueAboveTheBudgetEvictsNothing(t *testing.T) {
	cache := newLRUCache(4)
	cache.Put("small", []byte("aa"))
	cache.Put("panorama", []byte("much too large"))
	if _, ok := cache.Get("small"); !ok {
		t.Error("small had room and must stay")
	}
}

func TestReplacingAValueCountsItsBytesOnce(t *testing.T) {
	cache := newLRUCache(5)
	cache.Put("beach", []byte("aaaa"))
	cache.Put("beach", []byte("a"))
	cache.Put("forest", []byte("bbbb"))
	if cache.used != 5 {
		t.Errorf("used = %d, want 5", cache.used)
	}
}

func TestFitWithinKeepsProportions(t *testing.T) {
	for _, test := range []struct{ width, height, wantWidth, wantHeight int }{
		{4000, 3000, 256, 192},
		{3000, 4000, 192, 256},
		{100, 80, 100, 80},
		{9000, 10, 256, 1},
	} {
		width, height := fitWithin(test.width, test.height, 256)
		if width != test.wantWidth || height != test.wantHeight {
			t.Errorf("fitWithin(%d, %d) = %d, %d", test.width, test.height, width, height)
		}
	}
}
