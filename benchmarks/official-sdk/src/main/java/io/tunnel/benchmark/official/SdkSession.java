package io.tunnel.benchmark.official;

import com.aliyun.odps.Odps;
import com.aliyun.odps.OdpsException;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.tunnel.TableTunnel;
import java.util.Map;

/** What both writers of the official SDK need to begin. */
final class SdkSession {
  private final Odps odps;
  private final String table;

  SdkSession(Map<String, String> settings) {
    odps = new Odps(new AliyunAccount(settings.get("accessId"), settings.get("accessKey")));
    odps.setEndpoint(settings.get("endpoint"));
    odps.setDefaultProject(settings.get("project"));
    table = settings.get("table");
  }

  TableTunnel.UploadSession create() throws OdpsException {
    return odps.tableTunnel().createUploadSession(odps.getDefaultProject(), table, false);
  }
}
