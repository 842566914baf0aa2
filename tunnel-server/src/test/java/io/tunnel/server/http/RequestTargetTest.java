package io.tunnel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.server.error.ServiceException;
import org.junit.jupiter.api.Test;

class RequestTargetTest {
  /** So that rights and limits are those of the path that it stands for. */
  @Test
  void aPathOfTheInteractiveQuotaIsThatOfItsProject() throws ServiceException {
    RequestTarget target = RequestTarget.parse("/api/mcqa/projects/Demo/instances/1", null);
    assertThat(target.interactive()).isTrue();
    assertThat(target.project()).isEqualTo("demo");
    assertThat(target.segments()).containsExactly("projects", "Demo", "instances", "1");
    assertThat(target.rawPath()).isEqualTo("/mcqa/projects/Demo/instances/1");
    assertThat(RequestTarget.parse("/api/projects/Demo/instances/1", null).interactive()).isFalse();
  }
}
