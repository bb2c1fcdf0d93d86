/** The command that computes a result again. */
package io.spinexr.app.replay;
