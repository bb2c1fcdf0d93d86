/**
 * Who may do what: roles, the table of permissions, and which pages are open to a clinician for a
 * while. How people prove who they are is the concern of {@code app.access}.
 */
package io.spinexr.access;
