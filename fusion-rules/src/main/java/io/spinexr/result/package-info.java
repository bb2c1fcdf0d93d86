/**
 * What is told of a study, wherever it goes: a finished analysis, one that was given up, a
 * withdrawal, a question to people. How an output writes it down is the output's.
 */
package io.spinexr.result;
