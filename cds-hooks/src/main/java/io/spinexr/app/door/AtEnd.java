package io.spinexr.app.door;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Runs something when a request is over that is not served in one go. */
record AtEnd(Runnable action) implements AsyncListener {
  @Override
  public void onComplete(AsyncEvent event) {
    action.run();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // There is none: bodies have a rate instead.
  }

  @Override
  public void onError(AsyncEvent event) {
    // Its end follows.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
