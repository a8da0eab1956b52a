import fc from 'fast-check';

// The mutation run asks thousands of mutants: each property gets a moment there, and the examples beside it do the rest.
fc.configureGlobal({ interruptAfterTimeLimit: 40, markInterruptAsFailure: false });
