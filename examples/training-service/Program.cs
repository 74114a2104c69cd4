// Un servicio que entrena: recibe pedidos, los pone en una cola y los entrena uno tras otro.
//
//   dotnet run --project examples/training-service
//
// Ctrl-C, SIGTERM o un terminal que se cierra lo detiene en el paso siguiente, con un checkpoint; al volver a partir sigue donde estaba.
// La configuración está en appsettings.json; también en la línea de comandos: -- --Training:Epochs=100
// El servicio escucha sólo en esta máquina, y responde sólo a los nombres de AllowedHosts: una página web ajena no debe poder dar órdenes.
using System.Text.Json.Serialization;
using DeepLearningCourse.Hosting;
using TrainingService;

// La carpeta "runs" queda junto al programa compilado, cualquiera sea la carpeta desde donde se ejecute.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddTrainer(builder.Configuration.GetSection("Training")).AddJob("digits", DigitsJob.Create);
builder.Services.AddHealthChecks().AddCheck<TrainerHealthCheck>("training");
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
    options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow; // "epoch" en vez de "epochs" no debe entrenar 500 epochs
});
builder.Services.AddProblems();
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = Problems.Limit);

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapHealthChecks("/health");
app.MapGet("/runs", (ITrainingRuns runs) => runs.All);
app.MapGet("/runs/{id}", (string id, ITrainingRuns runs) => runs.Find(id) is { } run ? Results.Ok(run) : Problems.NoRun(id));
app.MapDelete("/runs/{id}", (string id, ITrainingRuns runs) => runs.Stop(id) ? Results.Accepted() : Problems.NoRun(id));
app.MapPost("/runs", (TrainingJob job, ITrainingQueue queue) =>
{
    var run = queue.Enqueue(job);
    return Results.Created($"/runs/{run.Id}", run);
});

// La primera vez hay algo que mirar: una corrida en la cola.
if (app.Services.GetRequiredService<ITrainingRuns>().All.Count == 0)
{
    app.Services.GetRequiredService<ITrainingQueue>().Enqueue(new TrainingJob("digits"));
}

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($$"""

    El servicio está en {{app.Urls.First()}}. En otra consola:
      curl {{app.Urls.First()}}/runs                                            cómo van las corridas
      curl {{app.Urls.First()}}/health                                          la salud del servicio
      curl {{app.Urls.First()}}/runs --json '{"name":"digits","epochs":50}'     encola otra corrida
      curl -X DELETE {{app.Urls.First()}}/runs/digits-1                         detiene una corrida
    Ctrl-C detiene el servicio; al volver a partir, la corrida sigue donde estaba.

    """));

app.Run();
