"""What each family of diffusers' pipelines is exported as: its parts, with the names that the server and optimum give their inputs.

A part is one ONNX graph. Every graph takes any batch, one timestep a row, and one size of everything else: that of the model's training.
Only attributes and calls are used that diffusers' pipelines have; nothing is imported from it.
"""

from dataclasses import dataclass, field

import torch
from torch import nn

GUIDANCE = 3.5  # FluxPipeline's default
T5_TOKENS = {"StableDiffusion3Pipeline": 256, "PixArtAlphaPipeline": 120, "PixArtSigmaPipeline": 300}  # max_sequence_length of the pipelines
FLUX_TOKENS = {True: 512, False: 256}  # by whether the model is told how much guidance
ROWS = 2  # of the batch that is traced: at 1, sizes that are 1 by chance become constants


@dataclass
class Part:
    """One graph. Inputs are examples, by name; those of `whole` have no axis of rows."""

    folder: str
    module: nn.Module
    inputs: dict
    outputs: list
    config: dict
    whole: tuple = field(default=())
    overflows: bool = False  # in float16

    @property
    def is_denoiser(self):
        return self.folder in ("unet", "transformer")


class Call(nn.Module):
    """A network as a function of named tensors, in order: what an export traces."""

    def __init__(self, network, names, call):
        super().__init__()
        self.network, self.names, self.call = network, names, call

    def forward(self, *tensors):
        return self.call(self.network, **dict(zip(self.names, tensors)))


def parts_of(pipe):
    """The parts of a pipeline of a known family; ValueError names those that are known."""
    name = type(pipe).__name__
    if name not in FAMILIES:
        raise ValueError(f"{name} is no pipeline that can be exported; these are: {', '.join(FAMILIES)}.")
    return FAMILIES[name](pipe)


def _denoiser(folder, network, inputs, call, output, whole=()):
    return Part(folder, Call(network, list(inputs), call), inputs, [output], dict(network.config), whole)


def _vae(pipe):
    vae, size = pipe.vae, _image_size(pipe)

    def encode(network, sample):
        h = network.encoder(sample)
        return h if getattr(network, "quant_conv", None) is None else network.quant_conv(h)

    sample = torch.rand(ROWS, 3, size, size) * 2 - 1
    return Part("vae_encoder", Call(vae, ["sample"], encode), {"sample": sample}, ["latent_parameters"], dict(vae.config),
                overflows=bool(vae.config.get("force_upcast")))


def _clip(pipe, number, *outputs):
    """A CLIP text encoder: its last hidden state, those of every layer ("layers"), or a whole-prompt output of that name."""
    encoder, tokens = getattr(pipe, f"text_encoder{number}"), getattr(pipe, f"tokenizer{number}").model_max_length

    def encode(network, input_ids):
        given = network(input_ids, output_hidden_states=True, return_dict=True)
        found = []
        for name in outputs:
            found += given.hidden_states if name == "layers" else [getattr(given, name)]
        return tuple(found)

    ids = torch.randint(0, encoder.config.vocab_size, (ROWS, tokens))
    with torch.no_grad():
        layers = len(encoder(ids.to(next(encoder.parameters()).device), output_hidden_states=True, return_dict=True).hidden_states)
    names = [n for name in outputs for n in ([f"hidden_states.{i}" for i in range(layers)] if name == "layers" else [name])]
    return Part(f"text_encoder{number}", Call(encoder, ["input_ids"], encode), {"input_ids": ids}, names, _plain(encoder.config))


def _t5(pipe, number, tokens, masked=False):
    encoder = getattr(pipe, f"text_encoder{number}")
    ids = torch.randint(0, encoder.config.vocab_size, (ROWS, tokens))
    inputs = {"input_ids": ids}
    if masked:
        inputs["attention_mask"] = (torch.arange(tokens) < tokens // 2).long().repeat(ROWS, 1)
    call = Call(encoder, list(inputs), lambda network, **given: network(**given)[0])
    # transformers keeps part of T5 in float32 (_keep_in_fp32_modules), as its activations leave the range of float16.
    return Part(f"text_encoder{number}", call, inputs, ["last_hidden_state"], _plain(encoder.config), overflows=True)


def stable_diffusion(pipe):
    config, tokens = pipe.unet.config, pipe.tokenizer.model_max_length
    inputs = {"sample": _latents(config), "timestep": _timesteps(), "encoder_hidden_states": torch.randn(ROWS, tokens, config["cross_attention_dim"])}
    return [_clip(pipe, "", "last_hidden_state"), _vae(pipe), _denoiser(
        "unet", pipe.unet, inputs, lambda net, sample, timestep, encoder_hidden_states: net(
            sample, timestep, encoder_hidden_states, return_dict=False)[0], "out_sample")]


def stable_diffusion_xl(pipe):
    config, tokens, size = pipe.unet.config, pipe.tokenizer.model_max_length, _image_size(pipe)
    inputs = {"sample": _latents(config), "timestep": _timesteps(), "encoder_hidden_states": torch.randn(ROWS, tokens, config["cross_attention_dim"]),
              "text_embeds": torch.randn(ROWS, pipe.text_encoder_2.config.projection_dim),
              "time_ids": torch.tensor([[size, size, 0, 0, size, size]] * ROWS, dtype=torch.float32)}
    return [_clip(pipe, "", "layers"), _clip(pipe, "_2", "text_embeds", "layers"), _vae(pipe), _denoiser(
        "unet", pipe.unet, inputs, lambda net, sample, timestep, encoder_hidden_states, text_embeds, time_ids: net(
            sample, timestep, encoder_hidden_states, added_cond_kwargs={"text_embeds": text_embeds, "time_ids": time_ids},
            return_dict=False)[0], "out_sample")]


def stable_diffusion_3(pipe):
    config, t5_tokens = pipe.transformer.config, T5_TOKENS["StableDiffusion3Pipeline"]
    tokens = pipe.tokenizer.model_max_length + t5_tokens
    inputs = {"hidden_states": _latents(config), "encoder_hidden_states": torch.randn(ROWS, tokens, config["joint_attention_dim"]),
              "pooled_projections": torch.randn(ROWS, config["pooled_projection_dim"]), "timestep": _timesteps(float)}
    t5 = [] if getattr(pipe, "text_encoder_3", None) is None else [_t5(pipe, "_3", t5_tokens)]
    return [_clip(pipe, "", "text_embeds", "layers"), _clip(pipe, "_2", "text_embeds", "layers"), *t5, _vae(pipe), _denoiser(
        "transformer", pipe.transformer, inputs, lambda net, hidden_states, encoder_hidden_states, pooled_projections, timestep: net(
            hidden_states, encoder_hidden_states=encoder_hidden_states, pooled_projections=pooled_projections, timestep=timestep,
            return_dict=False)[0], "out_hidden_states")]


def flux(pipe):
    config = pipe.transformer.config
    tokens = min(FLUX_TOKENS[config["guidance_embeds"]], pipe.tokenizer_2.model_max_length)
    side = _image_size(pipe) // _reduction(pipe) // 2
    places = torch.tensor([[0, y, x] for y in range(side) for x in range(side)], dtype=torch.float32)
    inputs = {"hidden_states": torch.randn(ROWS, side * side, config["in_channels"]),
              "encoder_hidden_states": torch.randn(ROWS, tokens, config["joint_attention_dim"]),
              "pooled_projections": torch.randn(ROWS, config["pooled_projection_dim"]), "timestep": torch.rand(ROWS),
              "img_ids": places, "txt_ids": torch.zeros(tokens, 3)}
    if config["guidance_embeds"]:
        inputs["guidance"] = torch.full((ROWS,), GUIDANCE)
    return [_clip(pipe, "", "pooler_output"), _t5(pipe, "_2", tokens), _vae(pipe), _denoiser(
        "transformer", pipe.transformer, inputs, lambda net, **given: net(**given, return_dict=False)[0], "out_hidden_states",
        ("img_ids", "txt_ids"))]


def pixart(pipe):
    config, tokens, size = pipe.transformer.config, T5_TOKENS[type(pipe).__name__], _image_size(pipe)
    inputs = {"hidden_states": _latents(config), "encoder_hidden_states": torch.randn(ROWS, tokens, config["caption_channels"]),
              "timestep": _timesteps(), "encoder_attention_mask": (torch.arange(tokens) < tokens // 2).long().repeat(ROWS, 1)}
    told = config.get("use_additional_conditions")
    if told if told is not None else config["sample_size"] == 128:  # PixArtTransformer2DModel's own rule where it is not said
        inputs |= {"resolution": torch.full((ROWS, 2), float(size)), "aspect_ratio": torch.ones(ROWS, 1)}

    def denoise(net, hidden_states, encoder_hidden_states, timestep, encoder_attention_mask, resolution=None, aspect_ratio=None):
        return net(hidden_states, encoder_hidden_states=encoder_hidden_states, timestep=timestep, encoder_attention_mask=encoder_attention_mask,
                   added_cond_kwargs={"resolution": resolution, "aspect_ratio": aspect_ratio}, return_dict=False)[0]

    return [_t5(pipe, "", tokens, masked=True), _vae(pipe), _denoiser("transformer", pipe.transformer, inputs, denoise, "out_hidden_states")]


def dit(pipe):
    inputs = {"sample": _latents(pipe.transformer.config), "timestep": _timesteps(), "class_labels": torch.tensor([0, 1])}
    return [_vae(pipe), _denoiser("transformer", pipe.transformer, inputs, lambda net, sample, timestep, class_labels: net(
        sample, timestep=timestep, class_labels=class_labels, return_dict=False)[0], "out_sample")]


def labels_of(pipe):
    """id2label of a DiTPipeline, whose `labels` has an entry for each word of a class's name."""
    names = {}
    for name, number in pipe.labels.items():
        names.setdefault(int(number), []).append(name)
    return {str(number): ", ".join(names[number]) for number in sorted(names)}


FAMILIES = {
    "StableDiffusionPipeline": stable_diffusion, "StableDiffusionXLPipeline": stable_diffusion_xl,
    "StableDiffusion3Pipeline": stable_diffusion_3, "FluxPipeline": flux, "PixArtAlphaPipeline": pixart, "PixArtSigmaPipeline": pixart,
    "DiTPipeline": dit,
}


def _latents(config):
    return torch.randn(ROWS, config["in_channels"], config["sample_size"], config["sample_size"])


def _timesteps(kind=int):
    return torch.tensor([7, 640]) if kind is int else torch.tensor([7.5, 640.25])


def _reduction(pipe):
    return 1 << (len(pipe.vae.config["block_out_channels"]) - 1)


def _image_size(pipe):
    network = getattr(pipe, "unet", None) or pipe.transformer
    latent = network.config.get("sample_size")
    return latent * _reduction(pipe) if latent else pipe.vae.config["sample_size"]


def _plain(config):
    """transformers' configurations are objects, those of diffusers dictionaries."""
    return config.to_dict() if hasattr(config, "to_dict") else dict(config)
