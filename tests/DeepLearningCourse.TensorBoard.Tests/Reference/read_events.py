"""What TensorBoard's own reader finds in a folder of event files, as JSON.

    python3 read_events.py runs/digits

Needs the package tensorboard (pip install tensorboard); without it the exit code is 42.
"""

import json
import sys

try:
    from tensorboard.backend.event_processing import event_accumulator
    from tensorboard.plugins.hparams import plugin_data_pb2
    from tensorboard.util import tensor_util
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(42)


def texts(events):
    return [
        (e.step, [t.decode() for t in tensor_util.make_ndarray(e.tensor_proto).reshape(-1)])
        for e in events
    ]


def histogram(value):
    names = ("min", "max", "num", "sum", "sum_squares", "bucket_limit", "bucket")
    return {name: getattr(value, name) for name in names}


def hyper_parameters(reader):
    found = {}
    for tag, content in reader.PluginTagToContent("hparams").items():
        data = plugin_data_pb2.HParamsPluginData.FromString(content)
        kind = data.WhichOneof("data")
        if kind == "experiment":
            found["names"] = {i.name: i.type for i in data.experiment.hparam_infos}
            found["metrics"] = [i.name.tag for i in data.experiment.metric_infos]
        elif kind == "session_start_info":
            found["values"] = {
                name: getattr(value, value.WhichOneof("kind"))
                for name, value in sorted(data.session_start_info.hparams.items())
            }
            found["began"] = data.session_start_info.start_time_secs
        else:
            found["status"] = data.session_end_info.status
            found["ended"] = data.session_end_info.end_time_secs
    return found


def read(folder):
    everything = {event_accumulator.SCALARS: 0, event_accumulator.HISTOGRAMS: 0, event_accumulator.IMAGES: 0, event_accumulator.TENSORS: 0}
    reader = event_accumulator.EventAccumulator(folder, size_guidance=everything)
    reader.Reload()
    tags = reader.Tags()
    plugins = reader.summary_metadata
    return {
        "first": reader.FirstEventTimestamp(),
        "scalars": {tag: [(e.step, e.value) for e in reader.Scalars(tag)] for tag in sorted(tags["scalars"])},
        "histograms": {
            tag: [(e.step, histogram(e.histogram_value)) for e in reader.Histograms(tag)]
            for tag in sorted(tags["histograms"])
        },
        "images": {
            tag: [(e.step, e.width, e.height, len(e.encoded_image_string)) for e in reader.Images(tag)]
            for tag in sorted(tags["images"])
        },
        "texts": {
            tag: texts(reader.Tensors(tag))
            for tag in sorted(tags["tensors"])
            if plugins[tag].plugin_data.plugin_name == "text"
        },
        "hyper_parameters": hyper_parameters(reader),
    }


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout, indent=1)
    print()
