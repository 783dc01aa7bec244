import torch


def perturbed(network, seed=0):
    """Every weight moved: as they begin, blocks are the identity, and what is inside would not be seen."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.2 * torch.randn(parameter.shape, generator=random)
    return network
