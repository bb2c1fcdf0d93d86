/**
 * The program: its commands, and how they speak to people. What a command does is in the packages
 * that it is about; the server that one of them starts is in {@code app.server}.
 */
package io.spinexr.app;
