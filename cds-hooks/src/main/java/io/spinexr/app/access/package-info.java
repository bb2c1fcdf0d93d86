/**
 * How people and programs prove who they are, and what they see who may not do something. Who may
 * do what is decided in {@code io.spinexr.access}.
 */
package io.spinexr.app.access;
