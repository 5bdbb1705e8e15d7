// A client of the lumberjack port built on Elastic's own library: sends the lines of its standard input, each a JSON object,
// in windows, until all are acknowledged, and tells in one line of JSON how it went. Used by go_lumber.py.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	lumber "github.com/elastic/go-lumber/client/v2"
)

type settings struct {
	address     string
	window      int
	compression int
	inflight    int // 0: one window after the other
	timeout     time.Duration
	patience    time.Duration
	tls         *tls.Config
}

type told struct {
	Windows     int    `json:"windows"`     // sent, again or not
	Connections int    `json:"connections"` // that were opened
	Partial     int    `json:"partial"`     // windows that were acknowledged up to somewhere when a connection ended
	Last        string `json:"last"`        // why the last connection ended
}

func main() {
	var s settings
	var ca, certificate, key string
	flag.StringVar(&s.address, "address", "", "host:port")
	flag.IntVar(&s.window, "window", 2048, "events in a window")
	flag.IntVar(&s.compression, "compression", 3, "0 to 9")
	flag.IntVar(&s.inflight, "inflight", 0, "windows under way with the asynchronous client; 0: the synchronous one")
	flag.DurationVar(&s.timeout, "timeout", 30*time.Second, "of a read or write")
	flag.DurationVar(&s.patience, "patience", time.Minute, "until all has to be acknowledged")
	flag.StringVar(&ca, "ca", "", "certificate authority; empty: no TLS")
	flag.StringVar(&certificate, "certificate", "", "the client's certificate")
	flag.StringVar(&key, "key", "", "its key")
	flag.Parse()
	err := func() (err error) {
		if s.tls, err = tlsOf(ca, certificate, key); err != nil {
			return err
		}
		events, err := read()
		if err != nil {
			return err
		}
		return send(s, events)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "golumber:", err)
		os.Exit(1)
	}
}

func tlsOf(ca, certificate, key string) (*tls.Config, error) {
	if ca == "" {
		return nil, nil
	}
	text, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(text)
	if certificate != "" {
		pair, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func read() ([]interface{}, error) {
	var events []interface{}
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		events = append(events, json.RawMessage(append([]byte(nil), scanner.Bytes()...)))
	}
	return events, scanner.Err()
}

// send returns when all events are acknowledged, over as many connections as it takes.
func send(s settings, events []interface{}) error {
	end := time.Now().Add(s.patience)
	var t told
	left := windows(events, s.window)
	for len(left) > 0 {
		if time.Now().After(end) {
			return fmt.Errorf("%d windows are not acknowledged within %v: %s", len(left), s.patience, t.Last)
		}
		client, err := dial(s)
		if err != nil {
			t.Last = err.Error()
			time.Sleep(20 * time.Millisecond)
			continue
		}
		t.Connections++
		if s.inflight == 0 {
			left, err = sendInTurn(client, left, &t)
		} else {
			left, err = sendAtOnce(client, s.inflight, left, &t)
		}
		if err != nil {
			t.Last = err.Error()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(t)
}

func windows(events []interface{}, size int) [][]interface{} {
	var all [][]interface{}
	for len(events) > size {
		all = append(all, events[:size])
		events = events[size:]
	}
	if len(events) > 0 {
		all = append(all, events)
	}
	return all
}

func dial(s settings) (*lumber.Client, error) {
	connect := func(network, address string) (net.Conn, error) {
		if s.tls == nil {
			return net.DialTimeout(network, address, s.timeout)
		}
		return tls.DialWithDialer(&net.Dialer{Timeout: s.timeout}, network, address, s.tls)
	}
	encode := func(event interface{}) ([]byte, error) { return event.(json.RawMessage), nil }
	return lumber.DialWith(connect, s.address, lumber.Timeout(s.timeout), lumber.CompressionLevel(s.compression),
		lumber.JSONEncoder(encode))
}

// rest is what of a window is not acknowledged.
func rest(window []interface{}, acknowledged int, t *told) []interface{} {
	if acknowledged > 0 && acknowledged < len(window) {
		t.Partial++
	}
	return window[acknowledged:]
}

// sendInTurn returns the windows that are left when the connection ends.
func sendInTurn(client *lumber.Client, all [][]interface{}, t *told) ([][]interface{}, error) {
	sync, err := lumber.NewSyncClientWith(client)
	if err != nil {
		return all, err
	}
	defer sync.Close()
	for at, window := range all {
		t.Windows++
		acknowledged, err := sync.Send(window)
		if err != nil {
			left := append([][]interface{}{rest(window, acknowledged, t)}, all[at+1:]...)
			return left, err
		}
	}
	return nil, nil
}

// sendAtOnce does the same with several windows under way.
func sendAtOnce(client *lumber.Client, inflight int, all [][]interface{}, t *told) ([][]interface{}, error) {
	async, err := lumber.NewAsyncClientWith(client, inflight)
	if err != nil {
		return all, err
	}
	var lock sync.Mutex
	var answers sync.WaitGroup
	var left [][]interface{}
	var failed error
	for at, window := range all {
		at, window := at, window
		t.Windows++
		answers.Add(1)
		answer := func(sequence uint32, err error) {
			lock.Lock()
			if err != nil {
				left = append(left, rest(window, int(sequence), t))
				failed = err
			}
			lock.Unlock()
			answers.Done()
		}
		if err := async.Send(answer, window); err != nil {
			lock.Lock()
			left = append(left, all[at+1:]...)
			lock.Unlock()
			break
		}
	}
	answers.Wait()
	async.Close()
	return left, failed
}
