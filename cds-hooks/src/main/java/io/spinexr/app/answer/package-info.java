/** What holds for every answer, whoever wrote it. What is refused is decided elsewhere. */
package io.spinexr.app.answer;
