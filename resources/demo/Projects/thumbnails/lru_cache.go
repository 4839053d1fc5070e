package main

import (
	"container/list"
	"sync"
)

type cacheEntry struct {
	key   string
	value []byte
}

// lruCache keeps the most recently used values within a budget of bytes. It is safe for concurrent use.
type lruCache struct {
	mu      sync.Mutex
	budget  int64
	used    int64
	recency *list.List // front: used last
	entries map[string]*list.Element
}

func newLRUCache(budget int64) *lruCache {
	return &lruCache{budget: budget, recency: list.New(), entries: map[string]*list.Element{}}
}

// Get returns the value and makes it the most recently used.
func (c *lruCache) Get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.recency.MoveToFront(element)
	return element.Value.(*cacheEntry).value, true
}

// Put stores the value. One that alone exceeds the budget is not kept: it would evict everything else.
func (c *lruCache) Put(key string, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if int64(len(value)) > c.budget {
		return
	}
	if element, ok := c.entries[key]; ok {
		entry := element.Value.(*cacheEntry)
		c.used += int64(len(value)) - int64(len(entry.value))
		entry.value = value
		c.recency.MoveToFront(element)
	} else {
		c.entries[key] = c.recency.PushFront(&cacheEntry{key, value})
		c.used += int64(len(value))
	}
	c.evictLeastRecentlyUsed()
}

func (c *lruCache) evictLeastRecentlyUsed() {
	for c.used > c.budget {
		oldest := c.recency.Back()
		entry := c.recency.Remove(oldest).(*cacheEntry)
		delete(c.entries, entry.key)
		c.used -= int64(len(entry.value))
	}
}
