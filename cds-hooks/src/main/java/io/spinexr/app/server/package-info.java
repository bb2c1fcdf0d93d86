/**
 * How the parts of a server are put together, by its role, and what stands before all of its
 * addresses. Which settings there are is said in {@code app.setting}.
 */
package io.spinexr.app.server;
