// Command hunch finds code by meaning; see the package documentation of the
// module's root and README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes, as grep has them; an interrupt has the shell's usual one.
const (
	exitFound       = 0
	exitNothing     = 1
	exitError       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// errNothing says that a search found nothing. It has been told already.
var errNothing = errors.New("no result")

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := &app{in: stdin, out: stdout, err: stderr, warned: map[string]bool{}}
	cmd := app.command()
	cmd.SetArgs(splitCompare(args))
	cmd.SetIn(stdin)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	err := cmd.ExecuteContext(ctx)
	fell, isFell := errors.AsType[*fellError](err)
	switch {
	case err == nil:
		return exitFound
	case errors.Is(err, errNothing):
		return exitNothing
	case isFell:
		for _, s := range fell.sentences {
			fmt.Fprintf(stderr, "hunch: %s\n", printable(s))
		}
		return exitNothing
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "hunch: interrupted")
		return exitInterrupted
	}
	fmt.Fprintf(stderr, "hunch: %s\n", quoteError(err))
	return exitError
}
