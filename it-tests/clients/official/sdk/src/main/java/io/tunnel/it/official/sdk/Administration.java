package io.tunnel.it.official.sdk;

import com.aliyun.odps.CreateProjectParam;
import com.aliyun.odps.LogType;
import com.aliyun.odps.Odps;
import com.aliyun.odps.OdpsException;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.util.Map;
import java.util.function.Supplier;

/** What few users do with the official SDK: change projects, and read the logs of workers. */
final class Administration {
  private final Supplier<Odps> odps;

  Administration(Supplier<Odps> odps) {
    this.odps = odps;
  }

  void register(CommandLoop loop) {
    loop.on("createProject", this::createProject)
        .on("updateProject", this::updateProject)
        .on("deleteProject", this::deleteProject)
        .on("workerLog", this::workerLog);
  }

  private Object createProject(Arguments arguments) throws OdpsException {
    odps.get().projects().create(new CreateProjectParam().name(arguments.text("project")));
    return "created";
  }

  private Object updateProject(Arguments arguments) throws OdpsException {
    odps.get()
        .projects()
        .updateProject(arguments.text("project"), Map.of("odps.sql.timezone", "UTC"));
    return "updated";
  }

  private Object deleteProject(Arguments arguments) throws OdpsException {
    odps.get().projects().delete(arguments.text("project"), false);
    return "deleted";
  }

  private Object workerLog(Arguments arguments) throws OdpsException {
    return odps.get()
        .instances()
        .get(arguments.text("instance"))
        .getLog(arguments.text("worker"), LogType.STDERR, 1000);
  }
}
